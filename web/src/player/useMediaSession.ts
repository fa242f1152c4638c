import { useEffect } from 'react'
import { useElement } from './element'

type Shown = { title: string; pictureUrl?: string; next?: () => void }

const skip = 10

/**
 * Tells the system what plays and how far it is, and does what its keys, its lock screen and the buttons of headphones
 * ask for (Media Session, W3C). Systems that know none of it are left alone.
 */
export function useMediaSession(video: HTMLVideoElement | null, { title, pictureUrl, next }: Shown) {
  const store = useElement()

  useEffect(() => {
    const session = navigator.mediaSession
    if (!session || typeof MediaMetadata === 'undefined' || !title) return
    session.metadata = new MediaMetadata({ title, artwork: pictureUrl ? [{ src: pictureUrl }] : [] })
    return () => {
      session.metadata = null
    }
  }, [title, pictureUrl])

  useEffect(() => {
    const session = navigator.mediaSession
    if (!session || !video) return
    const to = (seconds: number) => void store.seek(Math.max(0, seconds)).catch(() => {})
    const actions: Partial<Record<MediaSessionAction, MediaSessionActionHandler>> = {
      play: () => void store.play().catch(() => {}),
      pause: () => store.pause(),
      seekbackward: ({ seekOffset }) => to(video.currentTime - (seekOffset ?? skip)),
      seekforward: ({ seekOffset }) => to(video.currentTime + (seekOffset ?? skip)),
      seekto: ({ seekTime }) => seekTime !== undefined && to(seekTime),
      nexttrack: next,
    }
    const names = Object.keys(actions) as MediaSessionAction[]
    for (const name of names) handle(session, name, actions[name])

    const tell = () => {
      session.playbackState = video.paused ? 'paused' : 'playing'
      const { duration, playbackRate, currentTime } = video
      if (!Number.isFinite(duration) || duration <= 0) return
      session.setPositionState?.({ duration, playbackRate, position: Math.min(currentTime, duration) })
    }
    const changes = ['playing', 'pause', 'seeked', 'ratechange', 'durationchange', 'ended']
    for (const change of changes) video.addEventListener(change, tell)
    return () => {
      for (const change of changes) video.removeEventListener(change, tell)
      for (const name of names) handle(session, name, undefined)
      session.playbackState = 'none'
    }
  }, [video, store, next])
}

function handle(session: MediaSession, name: MediaSessionAction, action?: MediaSessionActionHandler) {
  try {
    session.setActionHandler(name, action ?? null)
  } catch {
    // An action this browser does not know.
  }
}
