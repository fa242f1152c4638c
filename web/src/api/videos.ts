import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { client } from './client'
import type { Span, Stream, StreamRendition, Video, VideoPage } from './types'

const perPage = 60

/** Every film, newest first, a page at a time. */
export const videos = infiniteQueryOptions({
  queryKey: ['videos'],
  initialPageParam: undefined as string | undefined,
  queryFn: async ({ pageParam, signal }): Promise<VideoPage> => {
    const { data } = await client.GET('/videos', {
      params: { query: { limit: perPage, cursor: pageParam } },
      signal,
    })
    return data ?? { items: [] }
  },
  getNextPageParam: (page) => page.nextCursor,
})

export function video(id: string) {
  return queryOptions({
    queryKey: ['video', id],
    queryFn: async ({ signal }) => (await client.GET('/videos/{id}', { ...at(id), signal })).data as Video,
  })
}

/** A stream is opened for one viewing: its addresses are personal and short-lived, so it is never served from cache. */
export function stream(id: string) {
  return queryOptions({
    queryKey: ['stream', id],
    queryFn: async ({ signal }) => (await client.GET('/videos/{id}/stream', { ...at(id), signal })).data as Stream,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
  })
}

/** How far the rungs of an open stream have come: as it was opened, then as the live channel tells, or when asked again. */
export function ladder(id: string) {
  return queryOptions({
    queryKey: ['ladder', id],
    queryFn: async ({ signal }) =>
      ((await client.GET('/videos/{id}/stream', { ...at(id), signal })).data as Stream).renditions,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}

/** Lays what more of a film can be played over the ladder of its open stream, if there is one. */
export function extend(queries: QueryClient, id: string, made: { id: string; ready: Span[] }[]): void {
  const ready = new Map(made.map((one) => [one.id, one.ready]))
  queries.setQueryData<StreamRendition[]>(ladder(id).queryKey, (rungs) =>
    rungs?.map((rung) => ({ ...rung, ready: ready.get(rung.id) ?? rung.ready })),
  )
}

const at = (id: string) => ({ params: { path: { id } } })

export function useRetry() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => client.POST('/videos/{id}/retry', at(id)),
    onSuccess: ({ data }) => data && put(queries, data),
  })
}

export function useRename() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ id, title }: { id: string; title: string }) =>
      client.PATCH('/videos/{id}', { params: { path: { id } }, body: { title } }),
    onSuccess: ({ data }) => data && put(queries, data),
  })
}

export function useDelete() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => client.DELETE('/videos/{id}', at(id)),
    onSuccess: (_, id) => drop(queries, id),
  })
}

/** Lays a newer state of a film over every cached list and page that shows it. */
export function put(queries: QueryClient, changed: Video): void {
  queries.setQueryData(video(changed.id).queryKey, changed)
  queries.setQueryData<InfiniteData<VideoPage>>(videos.queryKey, (list) => {
    if (!list) return list
    const all = list.pages.flatMap((page) => page.items)
    const known = all.some((one) => one.id === changed.id)
    // One we do not hold is either newer than all we hold, and goes on top, or belongs to a page not loaded yet.
    const newest = !known && all.every((one) => one.createdAt <= changed.createdAt)
    const pages = list.pages.map((page, index) => ({
      ...page,
      items: [
        ...(newest && index === 0 ? [changed] : []),
        ...page.items.map((one) => (one.id === changed.id ? changed : one)),
      ],
    }))
    return { ...list, pages }
  })
}

export function drop(queries: QueryClient, id: string): void {
  queries.removeQueries({ queryKey: video(id).queryKey })
  queries.setQueryData<InfiniteData<VideoPage>>(
    videos.queryKey,
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({ ...page, items: page.items.filter((one) => one.id !== id) })),
      },
  )
}
