import { act, screen, waitFor, within } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { beforeEach, expect, test, vi } from 'vitest'
import { forgetPlaces, hear, type Moved } from '@/api/watchPlaces'
import { expectAccessible } from '../../../test/axe'
import { aVideo } from '../../../test/backend'
import { aMovie, aPart } from '../../../test/catalogue'
import { aBackend, visit } from '../../../test/visit'
import { aGoing } from '../../../test/watched'

const here = aBackend()
const watched = () => here.backend.watched.state

const film = (id: string, title: string) =>
  aMovie({ id, title, texts: {}, video: aPart(aVideo({ id: `v-${id}`, title, durationSeconds: 7860 })) })
const sertao = film('sertao', 'Sertão Azul')
const farol = film('farol', 'Farol')

beforeEach(() => {
  forgetPlaces()
  here.backend.state.who = here.backend.state.accounts[0] ?? null
  here.backend.catalogue.state.films = [sertao, farol]
  watched().films = [aGoing(sertao), aGoing(farol, { positionSeconds: 600, lastWatchedAt: '2026-11-19T12:00:00Z' })]
})

const row = () => screen.findByRole('region', { name: 'Continue watching' })
const order = async () =>
  within(await row())
    .getAllByRole('link')
    .map((one) => [...one.querySelectorAll('p')].map((line) => line.textContent).join(' '))

const moved = (over: Partial<Moved>): Moved => ({
  type: 'watch.position',
  videoId: 'v-farol',
  deviceId: 'tv',
  device: 'Chrome on Android',
  era: '',
  kind: 'watching',
  positionSeconds: 3300,
  durationSeconds: 7860,
  state: 'playing',
  at: new Date().toISOString(),
  ...over,
})
const tell = (over: Partial<Moved> = {}) => act(() => hear(moved(over)))

test('what was begun comes first, and goes on where it was left', async () => {
  visit('/')
  const link = within(await row()).getByRole('link', { name: 'Sertão Azul 31 min left' })
  expect(link).toHaveAttribute('href', '/watch/v-sertao')
  expect(await order()).toEqual(['Sertão Azul 31 min left', 'Farol 2 h 1 min left'])
  const next = await screen.findByRole('region', { name: 'Trending' })
  const rows = screen.getAllByRole('region').map((one) => one.getAttribute('aria-labelledby'))
  expect(rows.indexOf((await row()).getAttribute('aria-labelledby'))).toBeLessThan(
    rows.indexOf(next.getAttribute('aria-labelledby')),
  )
  await expectAccessible(await row())
})

test('nothing begun, and there is no row', async () => {
  watched().films = []
  visit('/')
  expect(await screen.findByRole('region', { name: 'Trending' })).toBeVisible()
  await waitFor(() => expect(here.backend.state.seen).toContain('GET /api/watch/continue'))
  expect(screen.queryByRole('region', { name: 'Continue watching' })).not.toBeInTheDocument()
})

test('a film watched elsewhere moves to the front, says where it plays, and can be taken over', async () => {
  visit('/')
  await row()
  tell()
  const link = await screen.findByRole('link', { name: 'Continue here Farol Playing on Chrome on Android' })
  expect(link).toHaveAttribute('href', '/watch/v-farol?take=true')
  expect(within(await row()).getAllByRole('link')[0]).toBe(link)
  tell({ state: 'paused', positionSeconds: 3360 })
  expect(await screen.findByRole('link', { name: 'Farol 1 h 15 min left' })).toHaveAttribute('href', '/watch/v-farol')
})

test('what comes late or twice moves nothing back', async () => {
  visit('/')
  await row()
  tell({ positionSeconds: 6000, state: 'paused' })
  tell({ positionSeconds: 5000, state: 'paused', at: '2026-11-20T11:00:00Z' })
  expect(await screen.findByRole('link', { name: 'Farol 31 min left' })).toBeVisible()
})

test('a film that is seen to its end elsewhere leaves, and so does one that is taken off there', async () => {
  visit('/')
  await row()
  tell({ positionSeconds: 7700 })
  await waitFor(async () => expect(await order()).toEqual(['Sertão Azul 31 min left']))
  tell({ videoId: 'v-sertao', deviceId: '', device: '', kind: 'removed', era: '1764489600000.a', state: undefined })
  await waitFor(() => expect(screen.queryByRole('region', { name: 'Continue watching' })).not.toBeInTheDocument())
})

test('a film that is begun elsewhere comes to the front', async () => {
  watched().films = [aGoing(sertao)]
  visit('/')
  await row()
  watched().films = [aGoing(farol, { positionSeconds: 40, lastWatchedAt: new Date().toISOString() }), aGoing(sertao)]
  tell({ positionSeconds: 40, state: 'paused' })
  await waitFor(async () => expect(await order()).toEqual(['Farol 2 h 10 min left', 'Sertão Azul 31 min left']))
})

test('a film that the server does not put in the row is asked for a few times, and no more', async () => {
  const { queries } = visit('/')
  await row()
  const asked = () => here.backend.state.seen.filter((one) => one === 'GET /api/watch/continue').length
  const before = asked()
  // A trailer goes on and on; each round is later than the rest between two questions.
  for (let round = 1; round <= 3; round++) {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: Date.now() + round * 60_000 })
    tell({ videoId: 'a-trailer', positionSeconds: 60 * round })
    act(() => void vi.advanceTimersByTime(1000))
    vi.useRealTimers()
    await waitFor(() => expect(asked()).toBe(before + round))
    await waitFor(() => expect(queries.isFetching({ queryKey: ['continue'] })).toBe(0))
  }
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: Date.now() + 300_000 })
  tell({ videoId: 'a-trailer', positionSeconds: 240 })
  act(() => void vi.advanceTimersByTime(60_000))
  expect(queries.isFetching({ queryKey: ['continue'] })).toBe(0)
  vi.useRealTimers()
})

test('a film is taken off at once, its neighbour is focused, and it can be put back', async () => {
  const { user } = visit('/')
  const take = within(await row()).getByRole('button', { name: 'Take Sertão Azul off the row' })
  await user.click(take)
  expect(await order()).toEqual(['Farol 2 h 1 min left'])
  expect(screen.getByRole('link', { name: /^Farol 2 h/ })).toHaveFocus()
  await user.click(await screen.findByRole('button', { name: 'Undo' }))
  await waitFor(async () => expect(await order()).toContain('Sertão Azul 31 min left'))
  expect(watched().reports).toMatchObject([{ videoId: 'v-sertao', positionSeconds: 6000, state: 'stopped' }])
})

test('a film the server did not take off is back, and that is said', async () => {
  here.server.use(http.delete('*/api/watch/:id', () => HttpResponse.json({}, { status: 500 }), { once: true }))
  const { user } = visit('/')
  await user.click(within(await row()).getByRole('button', { name: 'Take Sertão Azul off the row' }))
  expect(await screen.findByText(/Sertão Azul is still in the row/)).toBeVisible()
  expect(await order()).toContain('Sertão Azul 31 min left')
})

test('when the row does not load it says so, the page stands, and trying again loads it', async () => {
  let down = true
  here.server.use(http.get('*/api/watch/continue', () => (down ? HttpResponse.json({}, { status: 500 }) : undefined)))
  const { user } = visit('/')
  expect(await screen.findByRole('alert')).toHaveTextContent('This row did not load.')
  expect(await screen.findByRole('region', { name: 'Trending' })).toBeVisible()
  down = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await row()).toBeVisible()
})

test('a place is kept for as many films as were there when this device saw the row last, and for none else', async () => {
  visit('/')
  await row()
  expect(localStorage.getItem('kk.going')).toBe(JSON.stringify({ [here.backend.household.watching().id]: 2 }))
})
