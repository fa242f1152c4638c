// The ways in and out. Nobody who is here needs them before the first picture, so they come later than who is here.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from './client'
import { noteFresh } from './renew'
import { changeSession } from './session'
import type { Entered } from './types'

/** A way in: whoever it lets through is who is here. */
export function useEntrance<Asked>(enter: (asked: Asked) => Promise<Entered | undefined>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: enter,
    onSuccess: (who) => {
      if (who) noteFresh(who.expiresInSeconds)
      changeSession(queries, who ?? null)
    },
  })
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
    onSuccess: () => changeSession(queries, null),
  })
}
