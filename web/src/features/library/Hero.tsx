import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { Video } from '@/api/types'
import { length } from '@/lib/time'
import { buttonClass } from '@/ui/Button'
import { PlayIcon } from '@/ui/icons'
import { Picture } from '@/ui/Picture'
import { Skeleton } from '@/ui/Skeleton'

const box = 'relative flex h-[64vh] max-h-[56.25vw] min-h-[440px] w-full items-end overflow-hidden md:h-[72vh]'

/** One film, its picture to the edges, and the screen's one white button. */
export function Hero({ film }: { film: Video }) {
  const facts = [film.durationSeconds ? length(film.durationSeconds) : '', quality(film.height)].filter(Boolean)
  const picture = film.stillUrl ?? film.posterUrl
  return (
    <section aria-labelledby="hero-title" className={box}>
      {picture && (
        <div className="absolute inset-0">
          <Picture src={picture} blurHash={film.blurHash} eager className={film.stillUrl ? '' : 'object-[50%_30%]'} />
        </div>
      )}
      <div className="absolute inset-0 bg-linear-to-r from-ground/80 via-ground/20 to-transparent" />
      <div className="absolute inset-x-0 top-0 h-32 bg-linear-to-b from-ground/70 to-transparent" />
      <div className="absolute inset-x-0 bottom-0 h-3/5 bg-linear-to-t from-ground via-ground/60 to-transparent" />
      <div className="page-x relative w-full pb-20 md:pb-24">
        <h1
          id="hero-title"
          className="max-w-[14ch] text-hero leading-(--text-hero--line-height) wrap-anywhere text-white"
        >
          {film.title}
        </h1>
        <p className="mt-4 flex flex-wrap items-baseline gap-x-4 text-ink/85 tabular-nums">
          {facts.join(' · ')}
          {film.credit && <small className="text-sm text-ink/60">{film.credit}</small>}
        </p>
        <Link to="/watch/$videoId" params={{ videoId: film.id }} className={buttonClass('primary', 'mt-6 h-12 px-7')}>
          <PlayIcon size={20} />
          <Trans>Watch</Trans>
        </Link>
      </div>
    </section>
  )
}

export function HeroSkeleton() {
  return (
    <div className={box} aria-hidden="true">
      <div className="page-x relative w-full pb-20 md:pb-24">
        <Skeleton className="h-14 w-[min(420px,70%)] rounded-poster" />
        <Skeleton className="mt-5 h-5 w-48 rounded-poster" />
        <Skeleton className="mt-6 h-12 w-40 rounded-poster" />
      </div>
    </div>
  )
}

function quality(height?: number): string {
  if (!height) return ''
  if (height >= 2000) return '4K'
  if (height >= 1000) return 'Full HD'
  if (height >= 700) return 'HD'
  return ''
}
