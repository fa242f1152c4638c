// The viewers of an account: who they are, and which of them this session speaks for.
import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from './client'
import { changeSession, me } from './session'
import type { Me, Profile } from './types'

export const profiles = queryOptions({
  queryKey: ['profiles'],
  queryFn: async ({ signal }): Promise<Profile[]> => (await client.GET('/me/profiles', { signal })).data?.items ?? [],
})

/** What somebody shows who wants past a PIN or a limit. */
export type Proof = { pin?: string; password?: string }

export type NewProfile = Pick<Profile, 'name' | 'avatar' | 'language' | 'maturityLimit'> & { pin?: string }
/** What is absent stays; an empty PIN is none. */
export type ProfileChange = Partial<NewProfile> & { currentPin?: string; password?: string }

/** From now on this session speaks for another profile: what it saw before is not what it may see now. */
export function useSelectProfile() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async ({ id, proof }: { id: string; proof?: Proof }) =>
      (await client.POST('/me/profiles/{id}/select', { params: { path: { id } }, body: proof })).data as Me,
    onSuccess: (who) => changeSession(queries, who),
  })
}

export function useAddProfile() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (made: NewProfile) => (await client.POST('/me/profiles', { body: made })).data as Profile,
    onSuccess: (made) => keep(queries, (list) => [...list, made]),
  })
}

export function useChangeProfile() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async ({ id, change }: { id: string; change: ProfileChange }) =>
      (await client.PATCH('/me/profiles/{id}', { params: { path: { id } }, body: change })).data as Profile,
    onSuccess: (changed) => {
      keep(queries, (list) => list.map((one) => (one.id === changed.id ? changed : one)))
      const { id, name, avatar, language, maturityLimit, kids } = changed
      queries.setQueryData(me.queryKey, (who) =>
        who?.profile.id === id ? { ...who, profile: { id, name, avatar, language, maturityLimit, kids } } : who,
      )
    },
  })
}

export function useDeleteProfile() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => client.DELETE('/me/profiles/{id}', { params: { path: { id } } }),
    onSuccess: (_, id) => keep(queries, (list) => list.filter((one) => one.id !== id)),
  })
}

function keep(queries: QueryClient, change: (list: Profile[]) => Profile[]) {
  queries.setQueryData(profiles.queryKey, (list) => list && change(list))
}

/** Whether somebody who came in is to be asked who is watching. */
export async function severalProfiles(queries: QueryClient): Promise<boolean> {
  try {
    return (await queries.fetchQuery(profiles)).length > 1
  } catch {
    return false // The one they came in with will do.
  }
}
