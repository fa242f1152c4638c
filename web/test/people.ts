// What the stand-in server knows of accounts: one's own devices and data, and everybody's for an administrator.
import { HttpResponse, http } from 'msw'
import type { Device, Invitation, Me, User } from '@/api/types'
import type { Account } from './backend.ts'

type Refuse = (status: number, code: string) => Response
type State = { who: Account | null; stays: Account | null; accounts: Account[]; mail: boolean }

export function aDevice(over: Partial<Device> = {}): Device {
  return {
    id: 'session-1',
    device: 'Chrome on Linux',
    address: '203.0.113.7',
    createdAt: '2026-11-01T12:00:00Z',
    lastSeenAt: new Date().toISOString(),
    current: over.id === undefined,
    ...over,
  }
}

export function aUser(over: Partial<User> = {}): User {
  return {
    id: 'user-2',
    email: 'bia@example.org',
    name: 'Bia',
    role: 'viewer',
    language: 'pt-BR',
    disabled: false,
    verified: true,
    profiles: 1,
    createdAt: '2026-11-01T12:00:00Z',
    ...over,
  }
}

export function somePeople(who: State, refuse: Refuse, meOf: (who: Account) => Me) {
  const state = {
    devices: [aDevice()],
    users: [aUser({ id: 'user-1', email: 'ana@example.org', name: 'Ana', role: 'admin' })],
    invited: [] as Invitation[],
  }
  const find = (id: unknown) => state.users.find((one) => one.id === id)
  const done = () => new HttpResponse(null, { status: 204 })
  const asked = async (request: Request) => JSON.parse((await request.text()) || '{}')

  const handlers = [
    http.get('*/api/auth/sessions', () => HttpResponse.json({ items: state.devices })),
    http.delete('*/api/auth/sessions/:id', ({ params }) => {
      state.devices = state.devices.filter((one) => one.id !== params.id)
      return done()
    }),
    http.post('*/api/auth/logout-all', () => {
      who.who = who.stays = null
      return done()
    }),
    http.patch('*/api/me', async ({ request }) => {
      const me = who.who && meOf(who.who)
      return HttpResponse.json(me && { ...me, user: { ...me.user, ...(await asked(request)) } })
    }),
    http.post('*/api/me/password', async ({ request }) => {
      const { oldPassword, password } = await asked(request)
      if (who.who?.password !== oldPassword) return refuse(403, 'wrong_password')
      if (who.who) who.who.password = password
      state.devices = state.devices.filter((one) => one.current)
      return done()
    }),
    http.post('*/api/me/verify', () => (who.mail ? HttpResponse.json({}, { status: 202 }) : refuse(409, 'no_mail'))),
    http.get('*/api/me/export', () => HttpResponse.json({ user: who.who?.email })),
    http.delete('*/api/me', async ({ request }) => {
      if (who.who?.password !== (await asked(request)).password) return refuse(403, 'wrong_password')
      who.who = who.stays = null
      return done()
    }),
    http.all('*/api/admin/*', () => (who.who?.role === 'admin' ? undefined : refuse(403, 'forbidden'))),
    http.get('*/api/admin/users', () => HttpResponse.json({ items: state.users })),
    http.patch('*/api/admin/users/:id', async ({ params, request }) => {
      const user = find(params.id)
      if (!user) return refuse(404, 'not_found')
      return HttpResponse.json(Object.assign(user, await asked(request)))
    }),
    http.delete('*/api/admin/users/:id', ({ params }) => {
      state.users = state.users.filter((one) => one.id !== params.id)
      return done()
    }),
    http.post('*/api/admin/users/:id/reset-link', () =>
      HttpResponse.json({ path: '/reset?token=made', expiresAt: '2030-01-01T00:00:00Z' }, { status: 201 }),
    ),
    http.get('*/api/admin/invitations', () => HttpResponse.json({ items: state.invited })),
    http.post('*/api/admin/invitations', async ({ request }) => {
      const { email = '', role = 'viewer', language = '', letter } = await asked(request)
      const mailed = Boolean(who.mail && email && letter)
      const invitation: Invitation = {
        id: `invitation-${state.invited.length + 1}`,
        email,
        role,
        language,
        createdAt: '2026-11-01T12:00:00Z',
        expiresAt: '2026-12-08T12:00:00Z',
      }
      state.invited.unshift(invitation)
      return HttpResponse.json({ invitation, mailed, path: mailed ? undefined : '/join?token=made' }, { status: 201 })
    }),
    http.delete('*/api/admin/invitations/:id', ({ params }) => {
      state.invited = state.invited.filter((one) => one.id !== params.id)
      return done()
    }),
  ]
  return { state, handlers }
}
