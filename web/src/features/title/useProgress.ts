import { useQuery } from '@tanstack/react-query'
import { type Standing, standing, usePlayingElsewhere } from '@/api/watch'
import { useHeard } from '@/api/watchPlaces'
import { isBegunBy, standingNow } from '@/api/watchRow'

/** How far somebody came in a video, as it is by now. */
export function useProgress(videoId: string): {
  /** Undefined of what was not begun. */
  begun: Standing | undefined
  /** The device it plays on right now, if that is another. */
  elsewhere: string | undefined
  /** Whether that is known, or will not be for now: nothing waits for a server that is away. */
  known: boolean
} {
  const { data, isLoading, failureCount } = useQuery({ ...standing(videoId), staleTime: 0 })
  const heard = useHeard(videoId)
  const now = data && standingNow(data, heard)
  const elsewhere = usePlayingElsewhere().find((one) => one.videoId === videoId)?.device
  return { begun: now && isBegunBy(now) ? now : undefined, elsewhere, known: !isLoading || failureCount > 0 }
}
