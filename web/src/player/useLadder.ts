import { useEffect } from 'react'
import type { Engine } from './engine'
import { type Rung, tallestAllowed } from './ladder'

const every = 2000

/** Keeps automatic quality on rungs that are ready where the film is now, and no taller than the screen shows. */
export function useLadder(
  engine: Engine | null,
  video: HTMLVideoElement | null,
  rungs: Rung[],
  duration: number,
): void {
  useEffect(() => {
    if (!engine || !video) return
    const judge = () => {
      const screenHeight = Math.max(video.clientHeight, (video.clientWidth * 9) / 16) * devicePixelRatio
      engine.allowUpTo(tallestAllowed(rungs, { position: video.currentTime, duration, screenHeight }))
    }
    judge()
    const timer = setInterval(judge, every)
    video.addEventListener('seeking', judge)
    addEventListener('resize', judge)
    return () => {
      clearInterval(timer)
      video.removeEventListener('seeking', judge)
      removeEventListener('resize', judge)
    }
  }, [engine, video, rungs, duration])
}
