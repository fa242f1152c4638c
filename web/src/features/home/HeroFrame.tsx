import type { ReactNode } from 'react'
import { type Art, Picture } from '@/ui/Picture'

export const heroBox =
  'relative flex h-[64vh] max-h-[56.25vw] min-h-[440px] w-full items-end overflow-hidden md:h-[72vh]'

/**
 * How the film that leads stands on the first page: its picture to the edges and its name, and places for the rest. The
 * server sends it too, filled with those two (scripts/first.ts), so it knows nothing but what it is given.
 */
export function HeroFrame({
  picture,
  blurHash,
  low = false,
  painted,
  title,
  facts = '\u00a0',
  actions,
  children,
}: {
  picture?: string | Art
  blurHash?: string
  /** Of a picture that is higher than wide: what matters is in its upper half. */
  low?: boolean
  painted?: boolean
  title: string
  facts?: string
  actions?: ReactNode
  children?: ReactNode
}) {
  return (
    <section aria-labelledby="hero-title" className={heroBox}>
      {picture && (
        <div className="absolute inset-0">
          <Picture
            key={typeof picture === 'string' ? picture : picture.url}
            src={picture}
            sizes="100vw"
            blurHash={blurHash}
            eager
            painted={painted}
            className={low ? 'object-[50%_30%]' : ''}
          />
        </div>
      )}
      <div className="absolute inset-0 bg-linear-to-r from-ground/80 via-ground/20 to-transparent" />
      <div className="absolute inset-x-0 top-0 h-32 bg-linear-to-b from-ground/70 to-transparent" />
      <div className="absolute inset-x-0 bottom-0 h-3/5 bg-linear-to-t from-ground via-ground/60 to-transparent" />
      <div className="page-x relative w-full pb-20 md:pb-16">
        <h1
          id="hero-title"
          className="max-w-[14ch] text-hero leading-(--text-hero--line-height) wrap-anywhere text-white"
        >
          {title}
        </h1>
        <p className="mt-4 text-ink/85 tabular-nums">{facts}</p>
        <div className="mt-6 flex flex-wrap gap-3">{actions ?? <div className="h-12" />}</div>
        <div className="mt-4 hidden min-h-18 max-w-[560px] md:block">{children}</div>
      </div>
    </section>
  )
}
