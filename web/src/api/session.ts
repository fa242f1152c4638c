import { type QueryClient, queryOptions, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { forgetKept } from '@/lib/kept'
import { client } from './client'
import { hasStatus } from './problem'
import { announce, onTurn, stayFresh } from './renew'
import type { Me } from './types'

/** Who is signed in, or null. */
export const me = queryOptions({
  queryKey: ['me'],
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      const { data } = await client.GET('/me', { signal })
      return data ?? null
    } catch (error) {
      if (hasStatus(error, 401)) return null
      throw error
    }
  },
})

export function useMe(): Me | null {
  return useSuspenseQuery(me).data
}

/** Whether films are kept from who is watching, and with them the account and the house. */
export function isLimited(who: Me | null): boolean {
  return who !== null && who.profile.maturityLimit !== null
}

export function mayUpload(who: Me | null): boolean {
  return !isLimited(who) && (who?.user.role === 'editor' || who?.user.role === 'admin')
}

export function mayRun(who: Me | null): boolean {
  return !isLimited(who) && who?.user.role === 'admin'
}

/** Whether this server still waits for its first administrator, who may sign up, and whether it sends letters. */
export const setupState = queryOptions({
  queryKey: ['setup'],
  queryFn: async ({ signal }) =>
    (await client.GET('/setup', { signal })).data ?? {
      needed: false,
      signUp: 'closed' as const,
      mail: false,
      visits: false,
    },
})

/** Somebody came in here, or left, or another profile was taken: every tab follows. */
export function changeSession(queries: QueryClient, who: Me | null) {
  announce(who ? 'in' : 'out')
  startSession(queries, who)
}

/** From here on somebody else is here, or nobody: nothing that was asked before counts. */
function startSession(queries: QueryClient, who: Me | null) {
  forgetKept()
  // Who is here is told to whoever shows it, so that question stays and only its answer changes.
  // What a screen shows that is about to close is not asked for again: whoever comes next has it removed.
  queries.removeQueries({ type: who ? 'all' : 'inactive', predicate: ({ queryKey }) => queryKey[0] !== me.queryKey[0] })
  queries.setQueryData(me.queryKey, who)
}

/** While someone is signed in: stays so, and hears when they are not, or somebody else is. */
export function useSession(turned: () => void) {
  const queries = useQueryClient()
  useEffect(stayFresh, [])
  useEffect(
    () =>
      onTurn((turn) => {
        if (turn === 'out') return become(null)
        // Somebody came in, or another profile: who, the server knows. While it is away, nothing is changed.
        queries.fetchQuery({ ...me, staleTime: 0 }).then(become, () => {})
        function become(who: Me | null) {
          startSession(queries, who)
          turned()
        }
      }),
    [queries, turned],
  )
}
