import { type QueryClient, queryOptions, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { client } from './client'
import { hasStatus } from './problem'
import { announce, noteFresh, onTurn, stayFresh } from './renew'
import type { Entered, Me } from './types'

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

export function mayUpload(who: Me | null): boolean {
  return who?.user.role === 'editor' || who?.user.role === 'admin'
}

/** Whether this server still waits for its first administrator. */
export const setupState = queryOptions({
  queryKey: ['setup'],
  queryFn: async ({ signal }) => (await client.GET('/setup', { signal })).data ?? { needed: false },
})

function useEntrance<Asked>(enter: (asked: Asked) => Promise<Entered | undefined>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: enter,
    onSuccess: (who) => {
      if (who) noteFresh(who.expiresInSeconds)
      announce('in')
      startSession(queries, who ?? null)
    },
  })
}

function startSession(queries: QueryClient, who: Me | null) {
  queries.clear()
  queries.setQueryData(me.queryKey, who)
}

export function useSignIn() {
  return useEntrance(async (asked: { email: string; password: string }) => {
    const { data } = await client.POST('/auth/login', { body: asked })
    return data
  })
}

export function useSetUp() {
  return useEntrance(async (asked: { token: string; email: string; password: string }) => {
    const { data } = await client.POST('/setup', { body: asked })
    return data
  })
}

export function useSignOut() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => client.POST('/auth/logout'),
    onSuccess: () => {
      announce('out')
      startSession(queries, null)
    },
  })
}

/** While someone is signed in: stays so, and hears when they are not, or somebody else is. */
export function useSession(turned: () => void) {
  const queries = useQueryClient()
  useEffect(stayFresh, [])
  useEffect(
    () =>
      onTurn((turn) => {
        queries.clear()
        if (turn === 'out') queries.setQueryData(me.queryKey, null)
        turned()
      }),
    [queries, turned],
  )
}
