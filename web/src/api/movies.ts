// Films as everybody sees them: lists, search, one film and what belongs with it, and what a viewer thinks of it.
import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { client } from './client'
import { home, isStale, movie, type Shelf, type Told } from './home'
import type { MovieCard, MovieGenre, MoviePage, Opinion, Suggestion } from './types'

const perPage = 60

/** The films of one of the catalogue's orders, a page at a time. */
export function movies({ list, genre, year }: Shelf) {
  return infiniteQueryOptions({
    queryKey: ['movies', list, genre ?? 0, year ?? 0],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor, signal }): Promise<Told<MoviePage>> => {
      const query = { list, genre, year, cursor, limit: perPage }
      const { data, response } = await client.GET('/movies', { params: { query }, signal })
      return { items: [], ...data, stale: isStale(response) }
    },
    getNextPageParam: (page) => page.nextCursor,
  })
}

export const genres = queryOptions({
  queryKey: ['genres'],
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }): Promise<MovieGenre[]> => (await client.GET('/genres', { signal })).data?.items ?? [],
})

/** What a search finds; nothing is asked while nothing is typed. */
export function found(text: string) {
  const q = text.trim()
  return queryOptions({
    queryKey: ['search', q],
    enabled: q !== '',
    queryFn: async ({ signal }): Promise<MovieCard[]> =>
      (await client.GET('/search', { params: { query: { q, limit: 50 } }, signal })).data?.items ?? [],
  })
}

export function similar(id: string) {
  return queryOptions({
    queryKey: ['similar', id],
    queryFn: async ({ signal }): Promise<Suggestion[]> =>
      (await client.GET('/movies/{id}/similar', { ...at(id), signal })).data?.items ?? [],
  })
}

export function recommended(id: string) {
  return queryOptions({
    queryKey: ['recommended', id],
    queryFn: async ({ signal }): Promise<Suggestion[]> =>
      (await client.GET('/movies/{id}/recommendations', { ...at(id), signal })).data?.items ?? [],
  })
}

export function collection(id: number) {
  return queryOptions({
    queryKey: ['collection', id],
    queryFn: async ({ signal }) =>
      (await client.GET('/collections/{id}', { params: { path: { id } }, signal })).data ?? { id, name: '', items: [] },
  })
}

/** The profile's own list, newest first. */
export const myList = infiniteQueryOptions({
  queryKey: ['my-list'],
  initialPageParam: undefined as string | undefined,
  queryFn: async ({ pageParam: cursor, signal }): Promise<MoviePage> =>
    (await client.GET('/list', { params: { query: { cursor, limit: perPage } }, signal })).data ?? { items: [] },
  getNextPageParam: (page) => page.nextCursor,
})

export function opinion(id: string) {
  return queryOptions({
    queryKey: ['opinion', id],
    queryFn: async ({ signal }) => (await client.GET('/movies/{id}/opinion', { ...at(id), signal })).data as Opinion,
  })
}

/** Whether a film is on the list, which is not known at once, and what puts it there or takes it off. */
export function useOnList(id: string, refused: () => void) {
  const { data } = useQuery(opinion(id))
  const { isPending, mutate } = useListed(id)
  return {
    listed: data?.listed,
    put: (listed: boolean) => {
      if (!isPending) mutate(listed, { onError: refused })
    },
  }
}

/** Seen at once, and taken back where it was refused. */
function useListed(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (listed: boolean) => {
      const path = { params: { path: { movieId: id } } }
      return listed ? client.PUT('/list/{movieId}', path) : client.DELETE('/list/{movieId}', path)
    },
    onMutate: (listed) => lay(queries, id, { listed }),
    onError: (_, __, before) => before && queries.setQueryData(opinion(id).queryKey, before),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: myList.queryKey })
      void queries.invalidateQueries({ queryKey: home.queryKey })
    },
  })
}

/** Rates a film; 0 takes the rating away. */
export function useStars(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (stars: number) =>
      client.PUT('/ratings/{movieId}', { params: { path: { movieId: id } }, body: { stars } }),
    onMutate: (stars) => lay(queries, id, { stars }),
    onError: (_, __, before) => before && queries.setQueryData(opinion(id).queryKey, before),
    onSuccess: () => queries.invalidateQueries({ queryKey: movie(id).queryKey }), // Its votes are others now.
  })
}

async function lay(queries: QueryClient, id: string, change: Partial<Opinion>): Promise<Opinion | undefined> {
  const { queryKey } = opinion(id)
  await queries.cancelQueries({ queryKey })
  const before = queries.getQueryData(queryKey)
  queries.setQueryData(queryKey, { listed: false, stars: 0, ...before, ...change })
  return before
}

/** A film changed, came or went: every list may be another now. */
export function refreshMovies(queries: QueryClient): void {
  for (const queryKey of [
    home.queryKey,
    ...['movies', 'search', 'similar', 'recommended', 'collection', 'genres'].map((one) => [one]),
    myList.queryKey,
  ])
    void queries.invalidateQueries({ queryKey })
}

const at = (id: string) => ({ params: { path: { id } } })
