import { QueryClient } from '@tanstack/react-query'
import { isUnreachable } from './problem'

/** Answers count as fresh for a while, because the live channel says when they change. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => isUnreachable(error) && failures < 3,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 8000),
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}
