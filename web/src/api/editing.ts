// What an editor does to films: change them, say which film a video is of, bring films in, take them away.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from './client'
import { movie } from './home'
import { refreshMovies } from './movies'
import { hasStatus } from './problem'
import { renew } from './renew'
import type { Movie, MovieCandidate, MovieChange, MovieImport } from './types'
import { sendPart } from './uploads'
import { videos } from './videos'

export function useChangeMovie(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (body: MovieChange) =>
      (await client.PATCH('/movies/{id}', { params: { path: { id } }, body })).data as Movie,
    onSuccess: (changed) => {
      queries.setQueryData(movie(id).queryKey, { ...changed, stale: false })
      refreshMovies(queries)
    },
  })
}

export type PictureKind = 'poster' | 'backdrop'

/** What the server takes of a picture, in bytes. */
export const mostOfPicture = 20_000_000

/** Gives a film another poster or backdrop. */
export function usePicture(id: string, kind: PictureKind) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async ({ file, ...how }: { file: File; signal: AbortSignal; progress: (sent: number) => void }) => {
      const to = { url: `/api/movies/${id}/${kind}` }
      try {
        await sendPart(to, file, how)
      } catch (error) {
        if (!hasStatus(error, 401) || !(await renew())) throw error
        await sendPart(to, file, how)
      }
    },
    onSuccess: () => {
      refreshMovies(queries)
      return queries.invalidateQueries({ queryKey: movie(id).queryKey })
    },
  })
}

export function useDeleteMovie(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (kept: 'keep' | 'remove') =>
      client.DELETE('/movies/{id}', { params: { path: { id }, query: { videos: kept } } }),
    onSuccess: () => {
      queries.removeQueries({ queryKey: movie(id).queryKey })
      void queries.invalidateQueries({ queryKey: videos.queryKey })
      refreshMovies(queries)
    },
  })
}

/** The videos of a film, and what they take of the disk. */
export function files(id: string) {
  return queryOptions({
    queryKey: ['files', id],
    queryFn: async ({ signal }) =>
      (await client.GET('/movies/{id}/videos', { params: { path: { id } }, signal })).data ?? { items: [], bytes: 0 },
  })
}

/** Films that TMDB knows by a title; null where the server was given no token for it. */
export function candidates(title: string) {
  return queryOptions({
    queryKey: ['candidates', title],
    enabled: title !== '',
    retry: false,
    queryFn: async ({ signal }): Promise<MovieCandidate[]> =>
      (await client.GET('/metadata/search', { params: { query: { title } }, signal })).data?.items ?? [],
  })
}

/** Which film a video turns out to be of: one of ours, one TMDB knows, a new one, or none. */
export type Match =
  | { movieId: string }
  | { tmdbId: number }
  | { create: { title: string; year?: number } }
  | { detach: true }

export function useMatch(videoId: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (match: Match & { part?: 'current' | 'edition' | 'trailer'; edition?: string }) =>
      (await client.POST('/videos/{id}/film', { params: { path: { id: videoId } }, body: match })).data ?? {},
    onSuccess: () => {
      for (const queryKey of [['movie'], ['files'], ['video'], videos.queryKey])
        void queries.invalidateQueries({ queryKey })
      refreshMovies(queries)
    },
  })
}

export type Format = 'csv' | 'json' | 'nfo'

export const mostImported = 16 << 20

export function useImport() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (order: { format: Format; text: string }) =>
      (await client.POST('/movies/import', { body: order })).data as MovieImport,
    onSuccess: (begun) => {
      queries.setQueryData(importOf(begun.id).queryKey, begun)
      void queries.invalidateQueries({ queryKey: imports.queryKey })
    },
  })
}

const askEvery = 1000
const goesOn = (one?: MovieImport) => one?.status === 'waiting' || one?.status === 'running'

/** How far an import is, asked again until it ends. */
export function importOf(id: string) {
  return queryOptions({
    queryKey: ['import', id],
    queryFn: async ({ client: queries, signal }) => {
      const { data } = await client.GET('/imports/{id}', { params: { path: { id } }, signal })
      if (!goesOn(data)) {
        refreshMovies(queries)
        void queries.invalidateQueries({ queryKey: imports.queryKey })
      }
      return data as MovieImport
    },
    refetchInterval: ({ state }) => (goesOn(state.data) ? askEvery : false),
  })
}

export const imports = queryOptions({
  queryKey: ['imports'],
  queryFn: async ({ signal }): Promise<MovieImport[]> => (await client.GET('/imports', { signal })).data?.items ?? [],
})
