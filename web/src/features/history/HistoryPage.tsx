import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { history } from '@/api/watch'
import { momentOf } from '@/api/watchRow'
import { byDay, dayInWords } from '@/lib/days'
import { Button, buttonClass } from '@/ui/Button'
import { Sentinel } from '@/ui/Sentinel'
import { Skeleton } from '@/ui/Skeleton'
import { State } from '@/ui/State'
import { ForgetAll } from './ForgetAll'
import { Watched } from './Watched'

/** What this profile watched, by day, the last first. */
export function HistoryPage() {
  const { t, i18n } = useLingui()
  const list = useInfiniteQuery({ ...history, staleTime: 0 })
  const films = list.data?.pages.flatMap((page) => page.items)
  useTabTitle(t`History`)
  return (
    <div className="page-x mx-auto max-w-[800px] pt-24 pb-32 md:pt-28">
      <div className="mb-8 flex min-h-11 flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <h1 className="text-xl">
          <Trans>History</Trans>
        </h1>
        {films && films.length > 0 && <ForgetAll />}
      </div>
      {list.isPending && <Waiting />}
      {list.isError && !films && <NotLoaded retry={() => void list.refetch()} />}
      {films && films.length === 0 && !list.hasNextPage && <Nothing />}
      {byDay(films ?? [], momentOf).map(({ day, items }) => (
        <section key={day.getTime()} aria-labelledby={`day-${day.getTime()}`} className="mb-8">
          <h2 id={`day-${day.getTime()}`} className="mb-1 text-lg">
            {dayInWords(day, i18n.locale)}
          </h2>
          <ul className="divide-y divide-line">
            {items.map((film) => (
              <Watched key={film.videoId} film={film} />
            ))}
          </ul>
        </section>
      ))}
      {list.hasNextPage && !list.isFetchNextPageError && (
        <Sentinel reached={() => !list.isFetchingNextPage && void list.fetchNextPage()} />
      )}
      {list.isFetchNextPageError && <MoreFailed retry={() => void list.fetchNextPage()} />}
    </div>
  )
}

function Nothing() {
  return (
    <State
      fill={false}
      action={
        <Link to="/browse" className={buttonClass('primary')}>
          <Trans>Browse films</Trans>
        </Link>
      }
    >
      <Trans>Nothing here yet. What you watch is kept here, so that you find it again.</Trans>
    </State>
  )
}

function NotLoaded({ retry }: { retry: () => void }) {
  return (
    <State
      fill={false}
      role="alert"
      action={
        <Button tone="quiet" onClick={retry}>
          <Trans>Try again</Trans>
        </Button>
      }
    >
      <Trans>The history did not load. Check the connection and try again.</Trans>
    </State>
  )
}

/** What follows did not come; what came before stays. */
function MoreFailed({ retry }: { retry: () => void }) {
  return (
    <div role="alert" className="flex flex-wrap items-center justify-center gap-4 py-8 text-soft">
      <p>
        <Trans>What follows did not load.</Trans>
      </p>
      <Button tone="quiet" onClick={retry}>
        <Trans>Try again</Trans>
      </Button>
    </div>
  )
}

function Waiting() {
  return (
    <div aria-busy="true">
      <Skeleton className="mb-1 h-7 w-24 rounded-poster" />
      {[0, 1, 2, 3, 4, 5].map((index) => (
        <div key={index} className="flex items-center gap-4 py-3">
          <Skeleton className="aspect-video w-36 shrink-0 rounded-poster" />
          <div className="grid flex-1 gap-3">
            <Skeleton className="h-4 w-[40%] rounded-full" />
            <Skeleton className="h-3 w-[70%] rounded-full" />
          </div>
        </div>
      ))}
    </div>
  )
}

function useTabTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · KKMovies`
    return () => {
      document.title = 'KKMovies'
    }
  }, [title])
}
