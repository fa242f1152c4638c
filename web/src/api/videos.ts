import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { client } from './client'
import type { Age, Span, Stream, Video, VideoPage } from './types'

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

/** What an open stream has become: as it was opened, then as the live channel tells, or when asked again. */
export function growth(id: string, sessionId: string) {
  return queryOptions({
    queryKey: ['growth', id, sessionId],
    queryFn: async ({ client: queries, queryKey, signal }) => {
      const now = (await client.GET('/videos/{id}/stream', { ...at(id), signal })).data as Stream
      return grown(queries.getQueryData<Stream>(queryKey), now)
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}

/** Every ticket has addresses of its own. Those already in use stay, so that nothing is loaded twice. */
function grown(before: Stream | undefined, now: Stream): Stream {
  const used = new Map(before?.subtitles?.map((one) => [one.id, one]))
  return {
    ...now,
    thumbnailsUrl: before?.thumbnailsUrl ?? now.thumbnailsUrl,
    subtitles: now.subtitles?.map((one) => used.get(one.id) ?? one) ?? null,
  }
}

/** What there is of a film by now, as the live channel tells it. */
export type Growth = {
  renditions: { id: string; ready: Span[] }[]
  subtitles: string[]
  chapters: number
  thumbnails: boolean
}

/** Lays what more of a film can be played over its open stream, if there is one; what else came is asked for. */
export function extend(queries: QueryClient, id: string, now: Growth): void {
  const queryKey = ['growth', id]
  const ready = new Map(now.renditions.map((one) => [one.id, one.ready]))
  queries.setQueriesData<Stream>(
    { queryKey },
    (open) =>
      open && {
        ...open,
        renditions: open.renditions?.map((rung) => ({ ...rung, ready: ready.get(rung.id) ?? rung.ready })) ?? null,
      },
  )
  const behind = queries.getQueriesData<Stream>({ queryKey }).some(([, open]) => open && !tellsAll(open, now))
  if (behind) void queries.invalidateQueries({ queryKey })
}

function tellsAll({ subtitles, chapters, thumbnailsUrl }: Stream, now: Growth): boolean {
  const ids = subtitles?.map((one) => one.id) ?? []
  return (
    String(ids) === String(now.subtitles) &&
    (chapters?.length ?? 0) === now.chapters &&
    (thumbnailsUrl !== undefined) === now.thumbnails
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

export function useRate() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ id, age }: { id: string; age: Age }) =>
      client.PATCH('/videos/{id}', { params: { path: { id } }, body: { maturityRating: age } }),
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

/** What is known here of a film, if anything. */
export function held(queries: QueryClient, id: string): Video | undefined {
  const pages = queries.getQueryData<InfiniteData<VideoPage>>(videos.queryKey)?.pages
  return (
    queries.getQueryData<Video>(video(id).queryKey) ?? pages?.flatMap((page) => page.items).find((one) => one.id === id)
  )
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
