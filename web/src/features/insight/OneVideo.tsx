import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { insightOf, type VideoInsight } from '@/api/insight'
import { hasStatus } from '@/api/problem'
import { length } from '@/lib/time'
import { Button, buttonClass } from '@/ui/Button'
import { Poster } from '@/ui/Poster'
import { Skeleton } from '@/ui/Skeleton'
import { State } from '@/ui/State'
import { Curve } from './Curve'
import { Figures } from './Figures'
import { Qualities } from './Qualities'

/** How one video is watched. */
export function OneVideo({ id }: { id: string }) {
  const { data, isError, error, refetch } = useQuery(insightOf(id))
  return (
    <>
      <Link to="/insight" className={buttonClass('plain', '-ml-2 mb-4')}>
        <span aria-hidden>←</span>
        <Trans>All films</Trans>
      </Link>
      {data ? (
        <Shown video={data} />
      ) : isError ? (
        <State
          fill={false}
          role="alert"
          action={
            !hasStatus(error, 404) && (
              <Button tone="quiet" onClick={() => refetch()}>
                <Trans>Try again</Trans>
              </Button>
            )
          }
        >
          {hasStatus(error, 404) ? (
            <Trans>This film is no longer here.</Trans>
          ) : (
            <Trans>The figures did not load. Check the connection and try again.</Trans>
          )}
        </State>
      ) : (
        <Waiting />
      )}
    </>
  )
}

function Shown({ video }: { video: VideoInsight }) {
  const { t, i18n } = useLingui()
  const { viewers, playings, ever, retention, heat, durationSeconds: seconds = 0, fewestViewers: fewest } = video
  const counted = i18n.number(playings)
  return (
    <>
      <div className="mb-10 flex items-center gap-5">
        <div className="w-24 shrink-0">
          <Poster film={video} small eager />
        </div>
        <div className="min-w-0">
          <h1 className="text-xl wrap-anywhere">{video.title}</h1>
          <p className="mt-2 flex flex-wrap gap-x-3 text-soft tabular-nums">
            {seconds > 0 && <span>{length(seconds)}</span>}
            {ever.viewers !== viewers && (
              <span>
                <Plural value={ever.viewers} one="# viewer in all" other="# viewers in all" />
              </span>
            )}
          </p>
          <p className="text-sm text-faint tabular-nums">
            {playings === 0 ? (
              <Trans>Not watched lately</Trans>
            ) : (
              <Trans>Counted from the latest playings: {counted}</Trans>
            )}
          </p>
        </div>
      </div>
      <Figures video={video} />
      {retention.length > 0 ? (
        <>
          <Curve
            title={t`How far viewers came`}
            about={t`Which part of the viewers came that far or further.`}
            parts={retention}
            seconds={seconds}
          />
          <Curve
            bars
            title={t`What is watched most`}
            about={t`How often each part was watched, of the most watched one. What is seen again counts again.`}
            parts={heat}
            seconds={seconds}
          />
        </>
      ) : (
        <section className="border-t border-line py-8">
          <h2 className="text-lg">
            <Trans>Where viewers stay and leave</Trans>
          </h2>
          <p className="mt-2 max-w-[560px] text-soft">
            <Trans>
              Shown from {fewest} viewers up: of fewer, it would tell what one of them watched. So far there are{' '}
              {viewers}.
            </Trans>
          </p>
        </section>
      )}
      <Qualities video={video} />
    </>
  )
}

function Waiting() {
  return (
    <div aria-busy="true">
      <div className="mb-10 flex items-center gap-5">
        <Skeleton className="aspect-2/3 w-24 rounded-poster" />
        <div className="grid flex-1 gap-3">
          <Skeleton className="h-8 w-48 rounded-full" />
          <Skeleton className="h-4 w-32 rounded-full" />
        </div>
      </div>
      <Skeleton className="h-32 rounded-panel" />
      <Skeleton className="mt-12 min-h-[280px] rounded-panel" />
    </div>
  )
}
