// What somebody may do about their own account: who they are, where they are signed in, what is kept, and the end of it.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from './client'
import { changeSession, me } from './session'
import type { Device, Language } from './types'

/** Where somebody is signed in, the last seen first. */
export const devices = queryOptions({
  queryKey: ['devices'],
  staleTime: 0,
  queryFn: async ({ signal }): Promise<Device[]> => (await client.GET('/auth/sessions', { signal })).data?.items ?? [],
})

export function useEndDevice() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => client.DELETE('/auth/sessions/{id}', { params: { path: { id } } }),
    onSuccess: (_, id) => queries.setQueryData(devices.queryKey, (list) => list?.filter((one) => one.id !== id)),
  })
}

/** Every device is signed out, this one too. */
export function useSignOutEverywhere() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => client.POST('/auth/logout-all'),
    onSuccess: () => changeSession(queries, null),
  })
}

export function useChangeMe() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (change: { name?: string; language?: Language }) => client.PATCH('/me', { body: change }),
    onSuccess: ({ data }) => data && queries.setQueryData(me.queryKey, data),
  })
}

export function useChangePassword() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (asked: { oldPassword: string; password: string }) => client.POST('/me/password', { body: asked }),
    onSuccess: () => queries.invalidateQueries({ queryKey: devices.queryKey }), // The others were signed out.
  })
}

export function useAskToVerify() {
  return useMutation({ mutationFn: () => client.POST('/me/verify') })
}

/** All that is kept of somebody, as the server writes it. */
export function useExport() {
  return useMutation({
    mutationFn: async () => (await client.GET('/me/export', { parseAs: 'blob' })).data as unknown as Blob,
  })
}

export function useDeleteMe() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (password: string) => client.DELETE('/me', { body: { password } }),
    onSuccess: () => changeSession(queries, null),
  })
}
