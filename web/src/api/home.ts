// The first page, its rows in one call, and the one film that leads it; what else there is to ask is in movies.ts.
import { queryOptions } from '@tanstack/react-query'
import { client } from './client'
import type { HomeRow, Movie } from './types'

/** The catalogue's orders, and which films of one are asked for. */
export const lists = ['trending', 'popular', 'new', 'top-rated'] as const
export type List = (typeof lists)[number]
export type Shelf = { list: List; genre?: number; year?: number }

/** What was answered, and whether the server had to answer with what it had kept. */
export type Told<Answer> = Answer & { stale: boolean }

export const home = queryOptions({
  queryKey: ['home'],
  queryFn: async ({ signal }): Promise<Told<{ rows: HomeRow[]; awaited?: number }>> => {
    const { data, response } = await client.GET('/home', { signal })
    return { rows: data?.rows ?? [], stale: isStale(response) }
  },
})

export const isStale = (response: Response) => response.headers.get('X-Stale') === 'true'

export function movie(id: string) {
  return queryOptions({
    queryKey: ['movie', id],
    queryFn: async ({ signal }): Promise<Told<Movie>> => {
      const { data, response } = await client.GET('/movies/{id}', { params: { path: { id } }, signal })
      return { ...(data as Movie), stale: isStale(response) }
    },
  })
}
