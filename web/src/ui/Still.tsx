import { type ReactNode, useState } from 'react'
import { type Art, Picture } from './Picture'
import { Ground } from './Poster'

/** A film's 16:9 face with how much of it was seen along its foot: a picture of it, else its title on a ground. */
export function Still({
  film: { title, backdrop, stillUrl, blurHash },
  share,
  eager = false,
  small = false,
  sizes,
  children,
}: {
  film: { title: string; backdrop?: Art; stillUrl?: string; blurHash?: string }
  /** How much of it was seen, 0 to 1. */
  share: number
  eager?: boolean
  /** Too small for words. */
  small?: boolean
  sizes?: string
  children?: ReactNode
}) {
  const [failed, setFailed] = useState(false)
  const picture = !failed && (backdrop ?? stillUrl)
  return (
    <div className="relative aspect-video w-full overflow-hidden rounded-poster bg-raised">
      {picture ? (
        <Picture src={picture} sizes={sizes} blurHash={blurHash} eager={eager} onFail={() => setFailed(true)} />
      ) : (
        <>
          <Ground title={title} />
          {!small && (
            <span
              aria-hidden="true"
              className="absolute inset-x-[6%] top-[9%] line-clamp-3 text-lg leading-[1.08] font-bold tracking-tight text-balance wrap-anywhere text-white"
            >
              {title}
            </span>
          )}
        </>
      )}
      {children}
      <div className="pointer-events-none absolute inset-0 edge rounded-poster" />
      <div className="absolute inset-x-0 bottom-0 h-[3px] bg-black/60">
        <div
          className="h-full w-full origin-left bg-accent transition-transform"
          style={{ transform: `scaleX(${share})` }}
        />
      </div>
    </div>
  )
}
