import { useEffect } from 'react'
import { remember } from '@/lib/remember'

const kept = remember('kk.player', { volume: 1, muted: false, speed: 1 })

/** Starts every film as loud and as fast as the last one was left. */
export function KeepPreferences({ video }: { video: HTMLVideoElement | null }) {
  useEffect(() => {
    if (!video) return
    const { volume, muted, speed } = kept.get()
    video.volume = volume
    video.muted = muted
    // A new source goes back to the default speed, so the default is what must be set.
    video.defaultPlaybackRate = speed
    video.playbackRate = speed
    const keep = () => {
      video.defaultPlaybackRate = video.playbackRate
      kept.set({ volume: video.volume, muted: video.muted, speed: video.playbackRate })
    }
    video.addEventListener('volumechange', keep)
    video.addEventListener('ratechange', keep)
    return () => {
      video.removeEventListener('volumechange', keep)
      video.removeEventListener('ratechange', keep)
    }
  }, [video])
  return null
}
