import { screen, within } from '@testing-library/react'
import axe from 'axe-core'
import { HttpResponse, http } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { anInsight, aWatchedVideo, someInsight } from '../../../test/insight'
import { aBackend, visit } from '../../../test/visit'

const here = aBackend()
let insight = someInsight(() => new Response())

beforeEach(() => {
  insight = someInsight(here.backend.problem)
  here.backend.state.who = here.backend.state.accounts[0] ?? null
  here.server.use(...insight.handlers)
  insight.state.watched = [
    aWatchedVideo(),
    aWatchedVideo({ videoId: 'video-2', title: 'Sertão Azul', viewers: 10, playings: 1 }),
  ]
  insight.state.videos = [anInsight()]
})

/** Colours need a browser, and jsdom has none: those are looked at in pictures. */
async function axeFindsNothing() {
  const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } })
  expect(found.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([])
}

test('the most watched films lead to how each is watched, and back', async () => {
  const { user, address } = visit('/insight')
  const [first, second] = await screen.findAllByRole('listitem')
  expect(first).toHaveTextContent('O Farol de Vidro')
  expect(first).toHaveTextContent('62 playings')
  expect(first).toHaveTextContent('40 viewers')
  expect(second).toHaveTextContent('1 playing')
  await axeFindsNothing()
  await user.click(within(first as HTMLElement).getByRole('link'))
  expect(await screen.findByRole('heading', { level: 1, name: 'O Farol de Vidro' })).toBeVisible()
  expect(address()).toBe('/insight?film=video-1')
  await user.click(screen.getByRole('link', { name: 'All films' }))
  expect(await screen.findByRole('heading', { name: 'How films are watched' })).toBeVisible()
})

test('figures say what was counted', async () => {
  visit('/insight?film=video-1')
  const value = async (name: string) => (await screen.findByText(name)).nextElementSibling
  expect(await value('Viewers')).toHaveTextContent('40')
  expect(await value('Playings')).toHaveTextContent('50')
  expect(await value('Saw it to the end')).toHaveTextContent('75%')
  expect(await value('Watched, on average')).toHaveTextContent('1 h 15 min75% of the film')
  expect(await value('Wait for the picture')).toHaveTextContent('0.4 s')
  expect(await value('Stalls per playing')).toHaveTextContent('0.40.9 s standing still')
  expect(screen.getByRole('progressbar', { name: 'Watched in 1080p' })).toHaveAttribute('aria-valuenow', '80')
})

test('who cannot see a curve is told what it says, and reads it as a table', async () => {
  const { user } = visit('/insight?film=video-1')
  const curve = await screen.findByRole('img', { name: /How far viewers came: half were there until 1:21:00/ })
  expect(curve).toBeVisible()
  expect(screen.getByRole('img', { name: /the most watched part begins at 1:10:00/ })).toBeVisible()
  const [open] = screen.getAllByText('As a table')
  await user.click(open as HTMLElement)
  const table = screen.getByRole('table', { name: 'How far viewers came' })
  const rows = within(table).getAllByRole('row')
  expect(rows).toHaveLength(21)
  expect(rows[1]).toHaveTextContent('0:00100%')
  expect(rows[11]).toHaveTextContent('50:0069%')
  await axeFindsNothing()
})

test('a curve that never falls to half says so', async () => {
  insight.state.videos = [anInsight({ retention: Array.from({ length: 100 }, () => 0.8) })]
  visit('/insight?film=video-1')
  expect(await screen.findByRole('img', { name: /more than half came to the end, 80%/ })).toBeVisible()
})

test('of few viewers there is no curve, and why', async () => {
  insight.state.videos = [anInsight({ viewers: 4, retention: [], heat: [], qualities: [] })]
  visit('/insight?film=video-1')
  expect(await screen.findByText(/Shown from 10 viewers up.*So far there are 4/)).toBeVisible()
  expect(screen.queryByRole('img')).toBeNull()
  await axeFindsNothing()
})

test('a film nobody watched lately has no figures', async () => {
  const none = { viewers: 0, playings: 0, completed: 0, retention: [], heat: [], qualities: [] }
  insight.state.videos = [anInsight(none)]
  visit('/insight?film=video-1')
  expect(await screen.findByText('Not watched lately')).toBeVisible()
  expect(screen.queryByText('Saw it to the end')).toBeNull()
})

test('while nobody watched anything that is said', async () => {
  insight.state.watched = []
  visit('/insight')
  expect(await screen.findByText(/Nobody has watched anything yet/)).toBeVisible()
  await axeFindsNothing()
})

test('what did not load is tried again', async () => {
  here.server.use(http.get('*/api/admin/insight/videos', () => HttpResponse.error(), { once: true }))
  const { user } = visit('/insight')
  await user.click(await screen.findByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('O Farol de Vidro')).toBeVisible()
})

test('a film that is gone is not tried again', async () => {
  visit('/insight?film=gone')
  expect(await screen.findByText('This film is no longer here.')).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull()
})

test('who does not run the house sees nothing of it', async () => {
  const account = here.backend.state.accounts[0]
  if (account) account.role = 'editor'
  const asked: string[] = []
  here.server.use(
    http.all('*/api/admin/*', ({ request }) => {
      asked.push(request.url)
    }),
  )
  visit('/insight')
  expect(await screen.findByText(/Only administrators see how films are watched/)).toBeVisible()
  expect(asked).toEqual([])
})
