import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { memo, useEffect, useRef } from 'react'
import type { Video } from '@/api/types'
import { length } from '@/lib/time'
import { PlayIcon } from '@/ui/icons'
import { Poster } from '@/ui/Poster'
import { ProgressBar } from '@/ui/ProgressBar'
import { Skeleton } from '@/ui/Skeleton'

const columns =
  'grid grid-cols-[repeat(auto-fill,minmax(104px,1fr))] gap-x-3 gap-y-6 md:grid-cols-[repeat(auto-fill,minmax(160px,1fr))] min-[1600px]:grid-cols-[repeat(auto-fill,minmax(196px,1fr))]'

type Props = { films: Video[]; overHero: boolean; more: boolean; loadMore: () => void }

export function Grid({ films, overHero, more, loadMore }: Props) {
  return (
    <section aria-labelledby="grid-title" className={`page-x relative pb-24 ${overHero ? '-mt-10' : 'pt-24'}`}>
      <h2 id="grid-title" className="mb-4 text-lg">
        <Trans>All films</Trans>
      </h2>
      <ul className={columns}>
        {films.map((film, index) => (
          <Card key={film.id} film={film} eager={index < 8} />
        ))}
      </ul>
      {more && <Sentinel reached={loadMore} />}
    </section>
  )
}

const Card = memo(function Card({ film, eager }: { film: Video; eager: boolean }) {
  const { t } = useLingui()
  const { title } = film
  const percent = Math.round(film.progress * 100)
  const art = (
    <div className="relative transition-transform delay-120 group-hover:scale-104 group-focus-visible:scale-104">
      <Poster film={film} eager={eager} />
      {film.playable && film.status === 'processing' && (
        <span className="absolute top-2 right-2 grid size-9 place-items-center rounded-full bg-black/70 text-accent">
          <PlayIcon size={18} />
        </span>
      )}
    </div>
  )
  const caption = (
    <>
      <p className="mt-2 truncate text-sm text-soft transition-colors group-hover:text-ink">{title}</p>
      {film.playable ? (
        <p className="flex flex-wrap gap-x-2 text-sm text-faint tabular-nums">
          {film.durationSeconds !== undefined && <span className="max-md:hidden">{length(film.durationSeconds)}</span>}
          {film.status === 'processing' && (
            <span className="text-accent">
              <Trans>Plays now</Trans>
            </span>
          )}
        </p>
      ) : (
        <div className="mt-1 grid gap-1.5">
          <p className="text-sm text-faint tabular-nums">
            <Trans>Preparing {percent}%</Trans>
          </p>
          <ProgressBar value={film.progress} label={t`Preparing ${title}`} />
        </div>
      )}
    </>
  )
  return (
    <li className="min-w-0">
      {film.playable ? (
        <Link to="/watch/$videoId" params={{ videoId: film.id }} className="group block rounded-poster">
          {art}
          {caption}
        </Link>
      ) : (
        <div>
          <div className="opacity-55">
            <Poster film={film} />
          </div>
          {caption}
        </div>
      )}
    </li>
  )
})

/** Asks for the next page a screen before its end is seen. */
function Sentinel({ reached }: { reached: () => void }) {
  const mark = useRef<HTMLDivElement>(null)
  const latest = useRef(reached)
  latest.current = reached
  useEffect(() => {
    if (!mark.current) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && latest.current(), {
      rootMargin: '100% 0px',
    })
    observer.observe(mark.current)
    return () => observer.disconnect()
  })
  return <div ref={mark} className="h-px" />
}

export function GridSkeleton() {
  return (
    <div className="page-x relative -mt-10 pb-24" aria-busy="true">
      <Skeleton className="mb-4 h-7 w-36 rounded-poster" />
      <div className={columns}>
        {Array.from({ length: 14 }, (_, index) => index).map((index) => (
          <div key={index}>
            <Skeleton className="aspect-2/3 w-full rounded-poster" />
            <Skeleton className="mt-3 h-3.5 w-[70%] rounded-full" />
          </div>
        ))}
      </div>
    </div>
  )
}
