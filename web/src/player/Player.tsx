import { Container } from '@videojs/react'
import { Video } from '@videojs/react/video'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Thumbnail } from '@/api/thumbnails'
import type { Art } from '@/ui/Picture'
import { Controls } from './controls/Controls'
import { Gestures } from './controls/Gestures'
import { NextTitle } from './controls/NextTitle'
import { ElementStore } from './element'
import { type Addresses, createEngineState, type Engine, type EngineName, openEngine } from './engine'
import { EngineContext } from './engineContext'
import type { Rung } from './ladder'
import { KeepPreferences } from './preferences'
import { Spoken } from './Spoken'
import { EvenVolume } from './sound/EvenVolume'
import { preferredSound, type Sound } from './sound/sounds'
import type { Subtitle } from './subtitles/choice'
import { SubtitleContext } from './subtitles/context'
import { Overlay } from './subtitles/Overlay'
import { allowedAt, useLadder } from './useLadder'
import { useMediaSession } from './useMediaSession'
import { useWakeLock } from './useWakeLock'
import type { Viewing } from './watching/viewing'

export type PlayerProps = {
  title: string
  source: Addresses
  engine?: EngineName
  startAt?: number
  durationSeconds: number
  /** Pictures a second. */
  frameRate: number
  /** What the server plans and how far each rung is ready; automatic quality stays within it. */
  rungs: Rung[]
  /** What the server plans to be heard; one of them is the film's default. */
  sounds?: readonly Sound[]
  thumbnails?: Thumbnail[]
  subtitles?: readonly Subtitle[]
  /** Of the film's own sound. */
  language?: string
  chapters?: readonly Chapter[]
  posterUrl?: string
  /** The video whose most watched parts are shown over the seek bar. */
  heatOf?: string
  /** The way out, top left. */
  back: ReactNode
  /** Is shown what is played, from its first moment to its last. */
  viewing?: Viewing
  /** What is offered once this film ends. */
  next?: Next
  /** Lies over everything, on the whole screen too. */
  over?: ReactNode
  /** The addresses ran out: whoever opened the stream opens it again. Asked now and then until it has. */
  onExpired?: () => void
}

/** The film that comes after this one, and the way to it. */
export type Next = { title: string; picture?: string | Art; go: () => void }

/** A named stretch of the film, in seconds. */
export type Chapter = { title: string; startSeconds: number; endSeconds: number }

const askEvery = 5000
const silent: readonly Sound[] = []
const none: readonly never[] = []

/** Plays one film. Everything about how is inside; whoever shows it hands over addresses and gets a cinema. */
export function Player(props: PlayerProps) {
  return (
    <Spoken>
      <ElementStore>
        <Stage {...props} />
      </ElementStore>
    </Spoken>
  )
}

function Stage({
  title,
  source,
  engine = 'hls',
  startAt = 0,
  rungs,
  sounds = silent,
  durationSeconds,
  frameRate,
  back,
  viewing,
  onExpired,
  subtitles = none,
  chapters = none,
  language = '',
  ...rest
}: PlayerProps) {
  const [video, setVideo] = useState<HTMLVideoElement | null>(null)
  const [opened, setOpened] = useState<Engine | null>(null)
  const [state] = useState(createEngineState)
  const position = useRef(startAt)
  const latest = useRef({ source, rungs, sounds, durationSeconds, frameRate })
  latest.current = { source, rungs, sounds, durationSeconds, frameRate }
  const { player, hls, dash } = source

  // Before the engine, whose end leaves nothing to be seen.
  useEffect(() => (video && viewing ? viewing.attach(video) : undefined), [video, viewing])

  useEffect(() => {
    if (!video) return
    let current: Engine | undefined
    let gone = false
    const remember = () => {
      if (video.currentTime > 0) position.current = video.currentTime
    }
    video.addEventListener('timeupdate', remember)
    const { source, rungs, sounds, durationSeconds, frameRate } = latest.current
    const allowed = allowedAt(position.current, video, rungs, durationSeconds)
    const start = { at: position.current, allowed, sound: preferredSound(sounds) }
    void openEngine(engine, video, { ...source, rungs, sounds, frameRate }, start, state.setState).then((ready) => {
      if (gone) return ready.destroy()
      current = ready
      setOpened(ready)
    })
    return () => {
      gone = true
      video.removeEventListener('timeupdate', remember)
      setOpened(null)
      current?.destroy()
    }
  }, [video, engine, state])

  useEffect(
    () => state.subscribe(({ trouble }) => (trouble === 'media' || trouble === 'unsupported') && viewing?.fails()),
    [state, viewing],
  )

  useLadder(opened, video, rungs, durationSeconds)

  // Addresses that ran out are renewed without a word, and what plays goes on.
  const moved = useRef(source)
  useEffect(() => {
    const to = { player, hls, dash }
    if (!opened || moved.current.player === player) return
    moved.current = to
    opened.move(to)
  }, [opened, player, hls, dash])

  const expired = useRef(onExpired)
  expired.current = onExpired
  useEffect(() => {
    let asking: ReturnType<typeof setInterval>
    const quit = state.subscribe(({ trouble }, before) => {
      if (trouble === before.trouble) return
      clearInterval(asking)
      if (trouble !== 'expired') return
      expired.current?.()
      asking = setInterval(() => expired.current?.(), askEvery)
    })
    return () => {
      quit()
      clearInterval(asking)
    }
  }, [state])

  const retry = useCallback(() => {
    if (state.getState().trouble === 'expired') expired.current?.()
    else opened?.retry()
  }, [opened, state])

  // Back from no network, there is no need to wait for a press.
  useEffect(() => {
    const again = () => state.getState().trouble === 'network' && retry()
    addEventListener('online', again)
    return () => removeEventListener('online', again)
  }, [state, retry])

  const context = useMemo(() => ({ state, engine: opened, retry }), [state, opened, retry])

  return (
    <EngineContext value={context}>
      {/* Its keys are the whole page's, so nobody has to come to it first, where nothing would show that they have. */}
      <Container tabIndex={-1} className="group/player fixed inset-0 overflow-hidden bg-black outline-none select-none">
        <Video
          ref={setVideo}
          className="size-full object-contain"
          poster={rest.posterUrl}
          preload="auto"
          autoPlay
          playsInline
        />
        <KeepPreferences video={video} />
        <System video={video} title={title} pictureUrl={rest.posterUrl} next={rest.next?.go} />
        <EvenVolume video={video} sounds={sounds} />
        <SubtitleContext subtitles={subtitles} language={language}>
          <Gestures />
          <Overlay video={video} />
          <Controls
            title={title}
            back={back}
            thumbnails={rest.thumbnails}
            rungs={rungs}
            sounds={sounds}
            chapters={chapters}
            durationSeconds={durationSeconds}
            heatOf={rest.heatOf}
          />
        </SubtitleContext>
        {rest.next && <NextTitle next={rest.next} chapters={chapters} durationSeconds={durationSeconds} />}
        {rest.over}
      </Container>
    </EngineContext>
  )
}

/** What the system around the page is told, and asks for. It stands inside the store that it asks. */
function System({ video, ...shown }: { video: HTMLVideoElement | null } & Parameters<typeof useMediaSession>[1]) {
  useMediaSession(video, shown)
  useWakeLock(video)
  return null
}
