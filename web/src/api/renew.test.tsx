import { screen } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { beforeEach, expect, test, vi } from 'vitest'
import { aVideo } from '../../test/backend'
import { aMovie, aPart } from '../../test/catalogue'
import { aBackend, visit } from '../../test/visit'
import { client } from './client'
import { Problem } from './problem'
import { noteFresh, renew, stayFresh } from './renew'

const here = aBackend()
const asked = (what: string) => here.backend.state.seen.filter((one) => one === what).length
const refreshes = () => asked('POST /api/auth/refresh')
const ana = () => here.backend.state.accounts[0] ?? null

beforeEach(() => {
  here.backend.state.stays = ana()
  here.backend.state.videos = [aVideo()]
  here.backend.catalogue.state.films = [aMovie({ video: aPart(aVideo()) })]
})

test('requests that come when the token is over all get their answers, by one refresh', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => client.GET('/videos', { params: { query: {} } })))
  for (const { data } of answers) expect(data?.items?.map((one) => one.title)).toEqual(['O Farol de Vidro'])
  expect(refreshes()).toBe(1)
})

test('what was sent is sent again, body and all', async () => {
  const { data } = await client.PATCH('/videos/{id}', {
    params: { path: { id: 'video-1' } },
    body: { title: 'Outro nome' },
  })
  expect(data?.title).toBe('Outro nome')
  expect(asked('PATCH /api/videos/video-1')).toBe(2)
})

test('a session that has ended is not asked for again and again', async () => {
  here.backend.state.stays = null
  await expect(client.GET('/videos', { params: { query: {} } })).rejects.toMatchObject({ status: 401 })
  expect(refreshes()).toBe(1)
  expect(asked('GET /api/videos')).toBe(1)
})

test('nobody is signed out by a server that is away for a moment', async () => {
  here.server.use(http.post('*/api/auth/refresh', () => HttpResponse.error(), { once: true }))
  await expect(client.GET('/me')).rejects.toEqual(new Problem(0, 'unreachable'))
  here.server.use(http.post('*/api/auth/refresh', () => here.backend.problem(503, 'unavailable'), { once: true }))
  await expect(client.GET('/me')).rejects.toMatchObject({ status: 503 })
  await expect(client.GET('/me')).resolves.toMatchObject({ data: { user: { email: 'ana@example.org' } } })
})

test('a wrong password is no reason to refresh', async () => {
  await expect(
    client.POST('/auth/login', { body: { email: 'ana@example.org', password: 'no' } }),
  ).rejects.toMatchObject({ code: 'bad_credentials' })
  expect(refreshes()).toBe(0)
})

test('of two tabs that wake up together one refreshes', async () => {
  // The locks of a browser, as far as they are used here: one after the other.
  let last = Promise.resolve<unknown>(undefined)
  const request = (_: string, work: () => unknown) => {
    last = last.then(work)
    return last
  }
  Object.defineProperty(navigator, 'locks', { value: { request }, configurable: true })
  vi.resetModules()
  const other = await import('./renew')
  await Promise.all([renew(), other.renew()])
  expect(refreshes()).toBe(1)
  Reflect.deleteProperty(navigator, 'locks')
})

test('the token is refreshed before it is over, while somebody looks', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  noteFresh(900)
  const stop = stayFresh()
  await vi.advanceTimersByTimeAsync(838_000)
  expect(refreshes()).toBe(0)
  await vi.advanceTimersByTimeAsync(3000)
  vi.useRealTimers()
  await vi.waitFor(() => expect(refreshes()).toBe(1))
  stop()
})

test('signing out in one tab signs out in the other, which goes back to the door', async () => {
  here.backend.state.who = ana()
  const { address } = visit('/')
  await screen.findByRole('heading', { name: 'O Farol de Vidro' })
  here.backend.state.who = here.backend.state.stays = null
  const tab = new BroadcastChannel('kk.session')
  tab.postMessage('out')
  await vi.waitFor(() => expect(address()).toMatch(/^\/signin/))
  expect(await screen.findByLabelText('Password')).toBeVisible()
  tab.close()
})

test('a device that is signed out from afar goes back to the door at its next request', async () => {
  here.backend.state.who = ana()
  const { address, queries } = visit('/')
  await screen.findByRole('heading', { name: 'O Farol de Vidro' })
  here.backend.state.who = here.backend.state.stays = null
  await queries.invalidateQueries()
  await vi.waitFor(() => expect(address()).toMatch(/^\/signin/))
})
