import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { useLive } from '@/api/live'
import { hasCode, hasStatus } from '@/api/problem'
import { thumbnails } from '@/api/thumbnails'
import type { Stream, StreamRendition, Video } from '@/api/types'
import { growth, stream, video } from '@/api/videos'
import { Player, type Rung } from '@/player'
import { BlurHash } from '@/ui/BlurHash'
import { Button, buttonClass } from '@/ui/Button'
import { State } from '@/ui/State'
import { ArrowLeftIcon } from '@/ui/signs'
import { GoesOn } from './GoesOn'
import { useHandOver } from './useHandOver'
import { useNext } from './useNext'
import { useViewing } from './useViewing'

const route = getRouteApi('/signed-in/watch/$videoId')

/** How often is asked what the live channel would have told: whether a film plays yet, and what more of it does. */
const askEarly = 3000
const askRungs = 10_000

export function WatchPage() {
  const { videoId } = route.useParams()
  return <Screening key={videoId} videoId={videoId} />
}

function Screening({ videoId }: { videoId: string }) {
  const { engine } = route.useSearch()
  const { takes, again } = useIntent()
  const live = useLive((state) => state.connected)
  const opened = useQuery(stream(videoId))
  const early = hasCode(opened.error, 'not_playable')
  const film = useQuery({ ...video(videoId), refetchInterval: early && !live ? askEarly : false })
  const now = useGrowth(opened.data, film.data)
  const viewing = useViewing(videoId, opened.data, opened.dataUpdatedAt, takes, again)
  const { taker, takeBack } = useHandOver(videoId, viewing, takes)
  const sheet = now?.thumbnailsUrl
  const previews = useQuery({
    queryKey: ['thumbnails', sheet],
    enabled: sheet !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => thumbnails(sheet ?? '', signal),
  })
  const rungs = useRungs(now, film.data)
  const next = useNext(film.data?.film?.movieId)
  const title = film.data?.title ?? ''
  useTabTitle(title)

  // A film that was still arriving opens by itself the moment it can be played.
  const { refetch } = opened
  useEffect(() => {
    if (early && film.data?.playable) void refetch()
  }, [early, film.data?.playable, refetch])

  if (!opened.data || !now || !viewing) {
    return (
      <main className="relative h-dvh bg-black">
        {film.data?.blurHash && <BlurHash hash={film.data.blurHash} className="opacity-40" />}
        <div className="absolute top-3 left-3 md:top-5 md:left-6">
          <Back movieId={film.data?.film?.movieId} />
        </div>
        {opened.isError && (
          <div className="absolute inset-0 grid place-items-center">
            <Refused error={opened.error} failed={film.data?.status === 'failed'} retry={() => opened.refetch()} />
          </div>
        )}
      </main>
    )
  }
  return (
    <main>
      <Player
        title={title}
        back={<Back movieId={film.data?.film?.movieId} />}
        source={{
          player: opened.data.playerUrl,
          hls: opened.data.hlsUrl,
          dash: opened.data.dashUrl,
        }}
        engine={engine}
        startAt={viewing.startAt}
        viewing={viewing}
        next={next}
        over={taker && <GoesOn deviceId={taker} back={takeBack} />}
        durationSeconds={opened.data.durationSeconds}
        frameRate={opened.data.frameRate}
        rungs={rungs}
        sounds={opened.data.audio ?? undefined}
        thumbnails={previews.data}
        subtitles={now.subtitles ?? undefined}
        chapters={now.chapters ?? undefined}
        language={opened.data.audio?.find((one) => one.default)?.language}
        posterUrl={film.data?.stillUrl}
        heatOf={videoId}
        onExpired={() => void opened.refetch()}
      />
    </main>
  )
}

/** Whether the film is taken over from another device, or begins anew: said once by the address, where it does not stay. */
function useIntent(): { takes: boolean; again: boolean } {
  const { take = false, again = false } = route.useSearch()
  const navigate = useNavigate({ from: '/watch/$videoId' })
  const [intent] = useState({ takes: take, again })
  useEffect(() => {
    if (take || again) void navigate({ search: ({ engine }) => ({ engine }), replace: true })
  }, [take, again, navigate])
  return intent
}

/** What an open stream has become, as last heard: the live channel says what was made since, and is stood in for. */
function useGrowth(opened: Stream | undefined, film: Video | undefined): Stream | undefined {
  const { videoId } = route.useParams()
  const live = useLive((state) => state.connected)
  const making = film?.status === 'processing'
  const { data } = useQuery({
    ...growth(videoId, opened?.sessionId ?? ''),
    enabled: opened !== undefined,
    initialData: opened,
    refetchInterval: ({ state }) => (live || !making || isWhole(state.data) ? false : askRungs),
  })
  return data ?? opened
}

/** The rungs as the player wants them. */
function useRungs(now: Stream | undefined, film: Video | undefined): Rung[] {
  const duration = now?.durationSeconds ?? 0
  const renditions = now?.renditions
  // Whole, it is asked about no more, and what was heard last may be a little older than that.
  const whole = film?.status === 'ready'
  return useMemo(
    () =>
      (renditions ?? []).map(({ rung, ready, ...rest }) => ({
        ...rest,
        name: rung,
        ready: whole ? [[0, duration] as const] : spansOf(ready),
      })),
    [renditions, whole, duration],
  )
}

const spansOf = (ready: StreamRendition['ready']) =>
  ready.flatMap((span) => (span ? [[span[0] ?? 0, span[1] ?? 0] as const] : []))

/** Whether every rung can be played everywhere. */
function isWhole(now: Stream | undefined): boolean {
  const end = (now?.durationSeconds ?? 0) - 0.25
  return (now?.renditions ?? []).every(
    ({ instant, ready }) => instant || spansOf(ready).some(([from, to]) => from <= 0 && to >= end),
  )
}

/** Back to what is told of the film, or to all of them where a video is of none. */
function Back({ movieId }: { movieId: string | undefined }) {
  const { t } = useLingui()
  return (
    <Link
      {...(movieId ? { to: '/title/$id', params: { id: movieId } } : { to: '/' })}
      aria-label={movieId ? t`Back to the film` : t`Back to the library`}
      className="grid size-11 place-items-center rounded-full text-white/90 transition-colors hover:text-white"
    >
      <ArrowLeftIcon size={26} />
    </Link>
  )
}

function Refused({ error, failed, retry }: { error: unknown; failed: boolean; retry: () => void }) {
  const early = hasCode(error, 'not_playable')
  const gone = hasStatus(error, 404)
  if (gone || (early && failed)) {
    return (
      <State
        action={
          <Link to="/" className={buttonClass('primary')}>
            <Trans>Go to the library</Trans>
          </Link>
        }
      >
        {gone ? (
          <Trans>This film is no longer here.</Trans>
        ) : (
          <Trans>This film could not be prepared. Whoever uploaded it can see why.</Trans>
        )}
      </State>
    )
  }
  return (
    <State
      role="alert"
      action={
        <Button onClick={retry}>
          <Trans>Try again</Trans>
        </Button>
      }
    >
      {early ? (
        <Trans>This film is still arriving. It plays as soon as its first seconds are here.</Trans>
      ) : (
        <Trans>The film did not open. Check the connection and try again.</Trans>
      )}
    </State>
  )
}

function useTabTitle(title: string) {
  useEffect(() => {
    if (!title) return
    document.title = `${title} · KKMovies`
    return () => {
      document.title = 'KKMovies'
    }
  }, [title])
}
