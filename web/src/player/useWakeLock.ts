import { useEffect } from 'react'

/** Keeps the screen on while a film plays (Screen Wake Lock, W3C). It is lost with the page's sight, and asked for again. */
export function useWakeLock(video: HTMLVideoElement | null) {
  useEffect(() => {
    if (!video || !navigator.wakeLock) return
    let held: Promise<WakeLockSentinel | undefined> | undefined
    const release = () => {
      void held?.then((lock) => lock?.release())
      held = undefined
    }
    const settle = () => {
      if (video.paused || video.ended) return release()
      if (held || document.visibilityState !== 'visible') return
      const asked = navigator.wakeLock.request('screen').catch(() => undefined) // an empty battery may refuse
      held = asked
      void asked.then((lock) => {
        lock?.addEventListener('release', () => {
          if (held === asked) held = undefined
        })
        if (!lock && held === asked) held = undefined
      })
    }
    const changes = ['playing', 'pause', 'ended']
    for (const change of changes) video.addEventListener(change, settle)
    document.addEventListener('visibilitychange', settle)
    settle()
    return () => {
      for (const change of changes) video.removeEventListener(change, settle)
      document.removeEventListener('visibilitychange', settle)
      release()
    }
  }, [video])
}
