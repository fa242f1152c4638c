// The ways into the stand-in server: invitations, letters and what their links do.
import { HttpResponse, http } from 'msw'
import type { Me } from '@/api/types'
import type { Account } from './backend.ts'

type Letter = { token: string; to: string; for: 'sign-up' | 'reset' | 'verify'; password?: string }
type State = {
  accounts: Account[]
  who: Account | null
  stays: Account | null
  signUp: 'open' | 'invitation' | 'closed'
  invitations: { token: string; email: string }[]
  letters: Letter[]
}
type Asked = { token: string; email?: string; password: string; invitation?: string }

export function aDoor(state: State, refuse: (status: number, code: string) => Response, meOf: (who: Account) => Me) {
  const read = async (request: Request) => (await request.json()) as Asked
  const taken = (email?: string) => state.accounts.some((one) => one.email === email)
  const enter = (email: string, password: string) => {
    const account: Account = { email, password, role: 'viewer' }
    state.accounts.push(account)
    state.who = state.stays = account
    return account
  }
  /** A letter's token opens once. */
  const open = (token: string, purpose: Letter['for']) => {
    const letter = state.letters.find((one) => one.token === token && one.for === purpose)
    if (letter) state.letters = state.letters.filter((one) => one !== letter)
    return letter
  }
  const write = (to: string, purpose: Letter['for'], password?: string) =>
    state.letters.push({ token: `${purpose}-${state.letters.length + 1}`, to, for: purpose, password })

  return [
    http.post('*/api/auth/invitation', async ({ request }) => {
      const asked = await read(request)
      const found = state.invitations.find((one) => one.token === asked.token)
      if (!found) return refuse(403, 'bad_invitation')
      return HttpResponse.json({ email: found.email, role: 'viewer', language: '', expiresAt: '2030-01-01T00:00:00Z' })
    }),
    http.post('*/api/auth/register', async ({ request }) => {
      const { email = '', password, invitation } = await read(request)
      if (invitation) {
        const found = state.invitations.find((one) => one.token === invitation)
        if (!found) return refuse(403, 'bad_invitation')
        if (found.email && found.email !== email) return refuse(403, 'invited_as_other')
        if (taken(email)) return refuse(409, 'email_taken')
        state.invitations = state.invitations.filter((one) => one !== found)
        return HttpResponse.json({ status: 'signedIn', me: meOf(enter(email, password)) }, { status: 201 })
      }
      if (state.signUp !== 'open') return refuse(403, 'invitation_needed')
      if (!taken(email)) write(email, 'sign-up', password)
      return HttpResponse.json({ status: 'checkMail' }, { status: 202 })
    }),
    http.post('*/api/auth/register/confirm', async ({ request }) => {
      const letter = open((await read(request)).token, 'sign-up')
      return letter ? HttpResponse.json(meOf(enter(letter.to, letter.password ?? ''))) : refuse(403, 'bad_link')
    }),
    http.post('*/api/auth/password/forgot', async ({ request }) => {
      const { email = '' } = await read(request)
      if (taken(email)) write(email, 'reset')
      return HttpResponse.json({}, { status: 202 })
    }),
    http.post('*/api/auth/password/reset', async ({ request }) => {
      const { token, password } = await read(request)
      const letter = open(token, 'reset')
      const account = state.accounts.find((one) => one.email === letter?.to)
      if (!account) return refuse(403, 'bad_link')
      account.password = password
      state.who = state.stays = null
      return new HttpResponse(null, { status: 204 })
    }),
    http.post('*/api/auth/verify', async ({ request }) =>
      open((await read(request)).token, 'verify') ? new HttpResponse(null, { status: 204 }) : refuse(403, 'bad_link'),
    ),
  ]
}
