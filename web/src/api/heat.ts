// Which parts of a film are watched most, once enough have watched it that it tells of nobody.
import { queryOptions } from '@tanstack/react-query'
import { problemOf } from './problem'
import { send } from './renew'

/** How often each hundredth was watched, of the most watched one: numbers of 0 to 1, or none. */
export function heat(videoId: string) {
  return queryOptions({
    queryKey: ['heat', videoId],
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: async ({ signal }): Promise<number[]> => {
      const response = await send(new Request(`${location.origin}/api/videos/${videoId}/heat`, { signal }))
      if (!response.ok) throw await problemOf(response)
      return ((await response.json()) as { parts: number[] }).parts
    },
  })
}
