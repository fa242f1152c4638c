import { Container } from '@videojs/react'
import { Video } from '@videojs/react/video'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Thumbnail } from '@/api/thumbnails'
import { Controls } from './controls/Controls'
import { Gestures } from './controls/Gestures'
import { ElementStore } from './element'
import { createEngineState, type Engine, type EngineName, openEngine, type Source } from './engine'
import { EngineContext } from './engineContext'
import type { Rung } from './ladder'
import { KeepPreferences } from './preferences'
import { allowedAt, useLadder } from './useLadder'

export type PlayerProps = {
  title: string
  source: Omit<Source, 'rungs'>
  engine?: EngineName
  startAt?: number
  durationSeconds: number
  /** What the server plans and how far each rung is ready; automatic quality stays within it. */
  rungs: Rung[]
  thumbnails?: Thumbnail[]
  posterUrl?: string
  /** The way out, top left. */
  back: ReactNode
  /** The addresses ran out: whoever opened the stream opens it again. */
  onExpired?: () => void
}

/** Plays one film. Everything about how is inside; whoever shows it hands over addresses and gets a cinema. */
export function Player(props: PlayerProps) {
  return (
    <ElementStore>
      <Stage {...props} />
    </ElementStore>
  )
}

function Stage({
  title,
  source,
  engine = 'hls',
  startAt = 0,
  rungs,
  durationSeconds,
  back,
  onExpired,
  ...rest
}: PlayerProps) {
  const [video, setVideo] = useState<HTMLVideoElement | null>(null)
  const [opened, setOpened] = useState<Engine | null>(null)
  const [state] = useState(createEngineState)
  const position = useRef(startAt)
  const planned = useRef({ rungs, durationSeconds })
  planned.current = { rungs, durationSeconds }
  const { hls, dash } = source

  useEffect(() => {
    if (!video) return
    let current: Engine | undefined
    let gone = false
    const remember = () => {
      if (video.currentTime > 0) position.current = video.currentTime
    }
    video.addEventListener('timeupdate', remember)
    const { rungs, durationSeconds } = planned.current
    const start = { at: position.current, upTo: allowedAt(position.current, video, rungs, durationSeconds) }
    void openEngine(engine, video, { hls, dash, rungs }, start, state.setState).then((ready) => {
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
  }, [video, engine, hls, dash, state])

  useLadder(opened, video, rungs, durationSeconds)

  // Expired addresses are renewed without a word; the film goes on where it was.
  const expired = useRef(onExpired)
  expired.current = onExpired
  useEffect(
    () =>
      state.subscribe(({ trouble }, before) => {
        if (trouble === 'expired' && before.trouble !== 'expired') expired.current?.()
      }),
    [state],
  )

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
      <Container className="group/player fixed inset-0 overflow-hidden bg-black outline-none select-none">
        <Video
          ref={setVideo}
          className="size-full object-contain"
          poster={rest.posterUrl}
          preload="auto"
          autoPlay
          playsInline
        />
        <KeepPreferences video={video} />
        <Gestures />
        <Controls
          title={title}
          back={back}
          thumbnails={rest.thumbnails}
          rungs={rungs}
          durationSeconds={durationSeconds}
        />
      </Container>
    </EngineContext>
  )
}
