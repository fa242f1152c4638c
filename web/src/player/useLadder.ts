import { useEffect } from 'react'
import type { Engine } from './engine'
import { allowedRungs, type Rung } from './ladder'

const every = 2000

/** The rungs automatic quality may choose among at a moment of the film, on the screen as it is now. */
export function allowedAt(position: number, video: HTMLVideoElement, rungs: readonly Rung[], duration: number) {
  const screenHeight = Math.max(video.clientHeight, (video.clientWidth * 9) / 16) * devicePixelRatio
  return allowedRungs(rungs, { position, duration, screenHeight })
}

/** Keeps automatic quality on rungs that are ready where the film is now, and no taller than the screen shows. */
export function useLadder(
  engine: Engine | null,
  video: HTMLVideoElement | null,
  rungs: Rung[],
  duration: number,
): void {
  useEffect(() => {
    if (!engine || !video) return
    const judge = () => engine.allow(allowedAt(video.currentTime, video, rungs, duration))
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
