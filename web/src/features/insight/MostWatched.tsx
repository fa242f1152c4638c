import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { mostWatched, type WatchedVideo } from '@/api/insight'
import { length } from '@/lib/time'
import { Button, buttonClass } from '@/ui/Button'
import { Poster } from '@/ui/Poster'
import { Skeleton } from '@/ui/Skeleton'
import { State } from '@/ui/State'

const line = 'flex items-center gap-4 py-3'

/** The films that were watched, by how many viewers. */
export function MostWatched() {
  const list = useInfiniteQuery(mostWatched)
  const all = list.data?.pages.flatMap((page) => page.items)
  return (
    <>
      <h1 className="text-xl">
        <Trans>How films are watched</Trans>
      </h1>
      <p className="mt-2 mb-8 max-w-[560px] text-soft">
        <Trans>Ordered by how many viewers watched each. A viewer is a profile, and nobody is named.</Trans>
      </p>
      {list.isPending && <Waiting />}
      {list.isError && !all && (
        <State
          fill={false}
          role="alert"
          action={
            <Button tone="quiet" onClick={() => list.refetch()}>
              <Trans>Try again</Trans>
            </Button>
          }
        >
          <Trans>The figures did not load. Check the connection and try again.</Trans>
        </State>
      )}
      {all?.length === 0 && (
        <State
          fill={false}
          action={
            <Link to="/" className={buttonClass('quiet')}>
              <Trans>Go to the library</Trans>
            </Link>
          }
        >
          <Trans>Nobody has watched anything yet. What they watch shows here a minute later.</Trans>
        </State>
      )}
      <ol className="list-none divide-y divide-line">
        {all?.map((video, index) => (
          <Watched key={video.videoId} video={video} place={index + 1} most={all[0]?.viewers ?? 1} />
        ))}
      </ol>
      {list.hasNextPage && (
        <div className="mt-8 text-center">
          <Button tone="quiet" disabled={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
            <Trans>Show more</Trans>
          </Button>
        </div>
      )}
    </>
  )
}

function Watched({ video, place, most }: { video: WatchedVideo; place: number; most: number }) {
  const { i18n } = useLingui()
  const { title, viewers, playings, durationSeconds = 0 } = video
  return (
    <li>
      <Link to="/insight" search={{ film: video.videoId }} className={`${line} group rounded-poster tabular-nums`}>
        <span aria-hidden className="w-6 shrink-0 text-right text-sm text-faint">
          {i18n.number(place)}
        </span>
        <span className="w-12 shrink-0">
          <Poster film={video} small />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block truncate transition-colors group-hover:text-white">{title}</span>
          <span className="flex flex-wrap gap-x-3 text-sm text-faint">
            <span className="text-soft">
              <Plural value={viewers} one="# viewer" other="# viewers" />
            </span>
            <span>
              <Plural value={playings} one="# playing" other="# playings" />
            </span>
            <span>{length(durationSeconds)}</span>
          </span>
          <svg aria-hidden="true" viewBox="0 0 100 1" preserveAspectRatio="none" className="mt-2 h-[3px] w-full">
            <rect width="100" height="1" className="fill-white/10" />
            <rect width={(100 * viewers) / most} height="1" className="fill-accent" />
          </svg>
        </span>
      </Link>
    </li>
  )
}

function Waiting() {
  return (
    <div aria-busy="true" className="divide-y divide-line">
      {[0, 1, 2, 3, 4].map((index) => (
        <div key={index} className={line}>
          <span className="w-6 shrink-0" />
          <Skeleton className="h-18 w-12 rounded-poster" />
          <div className="grid flex-1 gap-3">
            <Skeleton className="h-4 w-[40%] rounded-full" />
            <Skeleton className="h-3 w-[70%] rounded-full" />
          </div>
        </div>
      ))}
    </div>
  )
}
