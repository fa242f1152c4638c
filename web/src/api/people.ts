// Who has an account here, and who was invited: what an administrator sees and does.
import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { client } from './client'
import type { Invitation, Language, Role, User } from './types'

type Page<Item> = { items: Item[]; nextCursor?: string }

export const users = infiniteQueryOptions({
  queryKey: ['users'],
  initialPageParam: undefined as string | undefined,
  queryFn: async ({ pageParam: cursor, signal }): Promise<Page<User>> =>
    (await client.GET('/admin/users', { params: { query: { limit: 50, cursor } }, signal })).data ?? { items: [] },
  getNextPageParam: (page) => page.nextCursor,
})

export const invitations = infiniteQueryOptions({
  queryKey: ['invitations'],
  initialPageParam: undefined as string | undefined,
  queryFn: async ({ pageParam: cursor, signal }): Promise<Page<Invitation>> =>
    (await client.GET('/admin/invitations', { params: { query: { limit: 50, cursor } }, signal })).data ?? {
      items: [],
    },
  getNextPageParam: (page) => page.nextCursor,
})

export function useChangeUser() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async ({ id, change }: { id: string; change: { role?: Role; disabled?: boolean } }) =>
      (await client.PATCH('/admin/users/{id}', { params: { path: { id } }, body: change })).data as User,
    onSuccess: (changed) =>
      keep<User>(queries, users.queryKey, (items) => items.map((one) => (one.id === changed.id ? changed : one))),
  })
}

export function useDeleteUser() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => client.DELETE('/admin/users/{id}', { params: { path: { id } } }),
    onSuccess: (_, id) => keep<User>(queries, users.queryKey, (items) => items.filter((one) => one.id !== id)),
  })
}

/** A link that makes a new password: to hand over where the server sends no letters. */
export function useResetLink() {
  return useMutation({
    mutationFn: async (id: string) =>
      (await client.POST('/admin/users/{id}/reset-link', { params: { path: { id } } })).data?.path ?? '',
  })
}

/** Answers with the path of the link where no letter carries it. It is shown once. */
export function useInvite() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (asked: { email?: string; role: Role; language: Language; letter: boolean }) =>
      (await client.POST('/admin/invitations', { body: asked })).data,
    onSuccess: () => queries.invalidateQueries({ queryKey: invitations.queryKey }),
  })
}

export function useUninvite() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => client.DELETE('/admin/invitations/{id}', { params: { path: { id } } }),
    onSuccess: (_, id) =>
      keep<Invitation>(queries, invitations.queryKey, (items) => items.filter((one) => one.id !== id)),
  })
}

function keep<Item>(queries: QueryClient, queryKey: readonly unknown[], change: (items: Item[]) => Item[]) {
  queries.setQueryData<InfiniteData<Page<Item>>>(
    queryKey,
    (list) => list && { ...list, pages: list.pages.map((page) => ({ ...page, items: change(page.items) })) },
  )
}
