import { useEffect, useState } from 'react'
import type { Video } from '@/api/types'
import { type Pace, paced, secondsLeft } from './pace'

// Kept while other screens are open: coming back, one need not wait for an estimate again.
const paces = new Map<string, Pace>()
const seconds = () => performance.now() / 1000

/** Tells how long each rendition of a film still takes, anew every second. */
export function useTimeLeft(video: Video): (renditionId: string) => number | undefined {
  const [now, setNow] = useState(seconds)
  const making = video.status === 'processing'
  useEffect(() => {
    if (!making) return
    const timer = setInterval(() => setNow(seconds()), 1000)
    return () => clearInterval(timer)
  }, [making])
  useEffect(() => {
    for (const { id, status, progress } of video.renditions) {
      const key = `${video.id} ${id}`
      if (status === 'ready') paces.delete(key)
      else paces.set(key, paced(paces.get(key), progress, seconds()))
    }
  }, [video])
  return (id) => secondsLeft(paces.get(`${video.id} ${id}`), now)
}
