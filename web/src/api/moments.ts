import { queryOptions } from '@tanstack/react-query'
import { client } from './client'
import { type Thumbnail, thumbnails } from './thumbnails'

const most = 10
/** Neither the names before a film nor how it ends. */
const from = 0.08
const to = 0.75

/** A few moments of a film, to show what it is; none while its little pictures are not made. It does not count as begun. */
export function moments(videoId: string) {
  return queryOptions({
    queryKey: ['moments', videoId],
    staleTime: 5 * 60_000,
    retry: false,
    queryFn: async ({ signal }): Promise<Thumbnail[]> => {
      const params = { path: { id: videoId }, query: { preview: true } }
      const { data } = await client.GET('/videos/{id}/stream', { params, signal })
      return data?.thumbnailsUrl ? few(await thumbnails(data.thumbnailsUrl, signal)) : []
    },
  })
}

/** Evenly spread ones of them, in order. */
export function few(all: Thumbnail[]): Thumbnail[] {
  const middle = all.slice(Math.floor(all.length * from), Math.ceil(all.length * to))
  const step = Math.max(1, middle.length / most)
  return Array.from({ length: Math.min(most, middle.length) }, (_, n) => middle[Math.floor(n * step)] as Thumbnail)
}
