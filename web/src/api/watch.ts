// What a profile watches: how far it came in a film, what it goes on with, what it watched. How a player says where it
// is stands in watchOutbox.ts.
import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { Problem, problemOf } from './problem'
import { send } from './renew'
import type { MovieCard } from './types'
import { deviceId } from './watchDevice'
import { note, type State } from './watchPlaces'
import type { Kind } from './watchRule'

export { placeNow, usePlayingElsewhere } from './watchPlaces'

/** How far a profile came in a film; of one it never watched, nowhere. */
export type Standing = {
  videoId: string
  era: string
  kind: Kind
  positionSeconds: number
  durationSeconds: number
  finished: boolean
  /** Absent when it never was. */
  lastWatchedAt?: string
  deviceId?: string
  device?: string
  state?: State
}

/** A standing, and the film. */
export type Going = Standing & {
  video: { id: string; title: string; stillUrl?: string; blurHash?: string }
  movie?: MovieCard
  part?: string
}

const perPage = 60
const inRow = 24

/** What to go on with, the latest first. The live channel moves it. */
export const continuing = queryOptions({
  queryKey: ['continue'],
  queryFn: async ({ signal }): Promise<Going[]> => {
    const { items } = await ask<{ items: Going[] }>(`/watch/continue?limit=${inRow}`, { signal })
    for (const one of items) heardFrom(one)
    return items
  },
})

/** What was watched, the latest first, a page at a time. */
export const history = infiniteQueryOptions({
  queryKey: ['history'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam: cursor, signal }): Promise<{ items: Going[]; nextCursor?: string }> =>
    ask(`/watch/history?limit=${perPage}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`, { signal }),
  getNextPageParam: (page) => page.nextCursor,
})

/** How far one came in a film. */
export function standing(videoId: string) {
  return queryOptions({
    queryKey: ['standing', videoId],
    queryFn: async ({ signal }): Promise<Standing> => {
      const now = await ask<Standing>(`/watch/${videoId}`, { signal })
      heardFrom(now)
      return now
    },
  })
}

/** Takes a film off the row, where it stays off until it is watched again; seen at once, and taken back where refused. */
export function useRemove() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (videoId: string) => ask<void>(`/watch/${videoId}?from=row`, { method: 'DELETE' }),
    onMutate: async (videoId) => {
      await queries.cancelQueries(continuing)
      const before = queries.getQueryData(continuing.queryKey)
      queries.setQueryData(continuing.queryKey, (row) => row?.filter((one) => one.videoId !== videoId))
      return before
    },
    onError: (_, __, before) => queries.setQueryData(continuing.queryKey, before),
    onSettled: () => refreshWatched(queries),
  })
}

/** Takes films out of what was watched: one, or all of them where none is named. */
export function useForget() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (videoId: string | undefined) =>
      ask<void>(videoId ? `/watch/${videoId}?from=history` : '/watch/history', { method: 'DELETE' }),
    onSettled: () => refreshWatched(queries),
  })
}

/** Tells this profile's other devices that a film goes on here: who plays it pauses and says where it is. */
export function takeOver(videoId: string): Promise<void> {
  return ask(`/watch/${videoId}/take`, { method: 'POST', body: JSON.stringify({ deviceId: deviceId() }) })
}

/** Asks again for what was watched, as far as it is on screen. */
export function refreshWatched(queries: QueryClient): void {
  for (const queryKey of [continuing.queryKey, history.queryKey, ['standing']])
    void queries.invalidateQueries({ queryKey })
}

/** What a list says of a player is heard as what the live channel says. */
function heardFrom({ lastWatchedAt: at, deviceId, device = '', ...rest }: Standing) {
  if (deviceId && at) note({ ...rest, deviceId, device, at })
}

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const headers = init.body ? { 'Content-Type': 'application/json' } : undefined
  const request = new Request(`${location.origin}/api${path}`, { ...init, headers })
  const response = await send(request).catch((error: unknown) => {
    if (error instanceof Problem || (error instanceof DOMException && error.name === 'AbortError')) throw error
    throw new Problem(0, 'unreachable')
  })
  if (!response.ok) throw await problemOf(response)
  return (response.status === 204 ? undefined : await response.json()) as Answer
}
