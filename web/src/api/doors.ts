// The ways in beside signing in: by an invitation, by the letter of an open sign-up, by a new password.
import { queryOptions, useMutation } from '@tanstack/react-query'
import { client } from './client'
import { useEntrance } from './entrance'
import type { Language } from './types'

type Joining = { name: string; email?: string; password: string; language: Language }

/** What an invitation is for; thrown where it is none, or no more. */
export function invitation(token: string) {
  return queryOptions({
    queryKey: ['invitation', token],
    retry: false,
    queryFn: async ({ signal }) => (await client.POST('/auth/invitation', { body: { token }, signal })).data ?? null,
  })
}

/** By an invitation: whoever holds it is in at once. */
export function useJoin() {
  return useEntrance(async (asked: Joining & { invitation: string }) => {
    const { data } = await client.POST('/auth/register', { body: asked })
    return data?.me
  })
}

/** Without one: a letter follows, and the answer is the same whether or not the address has an account. */
export function useSignUp() {
  return useMutation({ mutationFn: (asked: Joining) => client.POST('/auth/register', { body: asked }) })
}

export function useConfirmSignUp() {
  return useEntrance(async (token: string) => {
    const { data } = await client.POST('/auth/register/confirm', { body: { token } })
    return data
  })
}

export function useForgot() {
  return useMutation({
    mutationFn: (asked: { email: string; language: Language }) => client.POST('/auth/password/forgot', { body: asked }),
  })
}

export function useReset() {
  return useMutation({
    mutationFn: (asked: { token: string; password: string }) => client.POST('/auth/password/reset', { body: asked }),
  })
}

export function useVerify() {
  return useMutation({ mutationFn: (token: string) => client.POST('/auth/verify', { body: { token } }) })
}
