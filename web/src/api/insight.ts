// How films are watched, for whoever runs the house. Nobody is named.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client } from './client'
import type { components } from './schema'

export type WatchedVideo = components['schemas']['MostWatchedVideo']
export type VideoInsight = components['schemas']['VideoInsight']
type Page = { items: WatchedVideo[]; nextCursor?: string }

/** The videos that were watched, most viewers first. */
export const mostWatched = infiniteQueryOptions({
  queryKey: ['insight'],
  initialPageParam: undefined as string | undefined,
  queryFn: async ({ pageParam: cursor, signal }): Promise<Page> =>
    (await client.GET('/admin/insight/videos', { params: { query: { limit: 50, cursor } }, signal })).data ?? {
      items: [],
    },
  getNextPageParam: (page) => page.nextCursor,
})

/** How one is watched. The server counts anew once a minute. */
export function insightOf(id: string) {
  return queryOptions({
    queryKey: ['insight', id],
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      (await client.GET('/admin/insight/videos/{id}', { params: { path: { id } }, signal })).data as VideoInsight,
  })
}
