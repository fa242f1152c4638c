import { onlineManager, QueryClient } from '@tanstack/react-query'
import { isUnreachable } from './problem'

/**
 * Answers count as fresh for a while, because the live channel says when they change. Without a network they are asked for
 * all the same: what is kept on this device answers, or it is said at once that nothing does.
 */
export function createQueries(): QueryClient {
  onlineManager.setOnline(navigator.onLine)
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        networkMode: 'always',
        refetchOnReconnect: true,
        retry: (failures, error) => isUnreachable(error) && navigator.onLine && failures < 3,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 8000),
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}
