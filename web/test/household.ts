// The profiles of the stand-in server: who watches, and what opens each of them.
import { HttpResponse, http } from 'msw'
import type { Me, Profile } from '@/api/types'

export type Stored = Profile & { pin?: string }
type Refuse = (status: number, code: string) => Response
type Asked = Partial<Profile> & { pin?: string; currentPin?: string; password?: string }

const password = 'correct horse'

export function aProfile(over: Partial<Stored> = {}): Stored {
  return {
    id: 'profile-1',
    name: 'ana',
    avatar: 'owl',
    language: '',
    maturityLimit: null,
    kids: false,
    hasPin: over.pin !== undefined,
    createdAt: '2026-11-01T12:00:00Z',
    ...over,
  }
}

export function aHousehold() {
  const state = { profiles: [aProfile()], watching: 'profile-1' }

  const find = (id: unknown) => state.profiles.find((one) => one.id === id)
  const current = () => find(state.watching) ?? (state.profiles[0] as Stored)
  const watching = (): Me['profile'] => {
    const { id, name, avatar, language, maturityLimit, kids } = current()
    return { id, name, avatar, language, maturityLimit, kids }
  }
  const shown = ({ pin, ...rest }: Stored): Profile => ({ ...rest, hasPin: Boolean(pin) })
  const seesMore = (one: Stored, other: Stored) =>
    other.maturityLimit !== null && (one.maturityLimit === null || one.maturityLimit > other.maturityLimit)

  /** What somebody lacks who wants past a PIN or a limit. */
  const lacks = (of: Stored, by: { pin?: string; password?: string }): string | undefined => {
    if (by.password) return by.password === password ? undefined : 'wrong_password'
    if (!of.pin) return 'password_needed'
    if (!by.pin) return 'pin_needed'
    return by.pin === of.pin ? undefined : 'wrong_pin'
  }
  const apply = (to: Stored, { pin, currentPin: _, password: __, ...rest }: Asked) => {
    Object.assign(to, rest, pin === undefined ? {} : { pin: pin || undefined })
    to.kids = to.maturityLimit !== null && to.maturityLimit <= 12
  }

  const handlers = (refuse: Refuse, answerMe: () => Response) => [
    http.get('*/api/me/profiles', () => HttpResponse.json({ items: state.profiles.map(shown) })),
    http.post('*/api/me/profiles', async ({ request }) => {
      if (current().maturityLimit !== null) return refuse(403, 'profile_limited')
      if (state.profiles.length >= 8) return refuse(409, 'too_many_profiles')
      const made = aProfile({ id: `profile-${state.profiles.length + 1}` })
      apply(made, (await request.json()) as Asked)
      state.profiles.push(made)
      return HttpResponse.json(shown(made), { status: 201 })
    }),
    http.patch('*/api/me/profiles/:id', async ({ params, request }) => {
      const profile = find(params.id)
      const asked = (await request.json()) as Asked
      if (!profile) return refuse(404, 'not_found')
      const whole = current().maturityLimit === null
      if (!whole && (profile !== current() || asked.pin !== undefined || asked.maturityLimit !== undefined))
        return refuse(403, 'profile_limited')
      const lack =
        asked.pin !== undefined && profile.pin && lacks(profile, { pin: asked.currentPin, password: asked.password })
      if (lack) return refuse(403, lack)
      apply(profile, asked)
      return HttpResponse.json(shown(profile))
    }),
    http.delete('*/api/me/profiles/:id', ({ params }) => {
      if (params.id === state.watching) return refuse(409, 'profile_in_use')
      state.profiles = state.profiles.filter((one) => one.id !== params.id)
      return new HttpResponse(null, { status: 204 })
    }),
    http.post('*/api/me/profiles/:id/select', async ({ params, request }) => {
      const to = find(params.id)
      const asked = JSON.parse((await request.text()) || '{}') as Asked
      if (!to) return refuse(404, 'not_found')
      const lack = to !== current() && (to.pin || seesMore(to, current())) && lacks(to, asked)
      if (lack) return refuse(403, lack)
      state.watching = to.id
      return answerMe()
    }),
  ]

  return { state, watching, handlers }
}
