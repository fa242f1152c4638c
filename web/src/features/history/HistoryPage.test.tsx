import { screen, waitFor, within } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { expectAccessible } from '../../../test/axe'
import { aVideo } from '../../../test/backend'
import { aMovie, aPart } from '../../../test/catalogue'
import { aBackend, visit } from '../../../test/visit'
import { aGoing } from '../../../test/watched'

const here = aBackend()
const watched = () => here.backend.watched.state
const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()
const sertao = aMovie({ id: 'sertao', title: 'Sertão Azul', texts: {}, video: aPart(aVideo({ id: 'v-sertao' })) })

beforeEach(() => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
  watched().films = [
    aGoing(sertao, { lastWatchedAt: ago(0) }),
    aGoing('Gravação 0042', { videoId: 'loose', finished: true, lastWatchedAt: ago(1) }),
  ]
})

afterEach(() => void vi.unstubAllGlobals())

test('what was watched stands under its day, with how far, and leads to the film', async () => {
  visit('/history')
  const today = await screen.findByRole('region', { name: 'Today' })
  const film = within(today).getByRole('link', { name: /Sertão Azul.*31 min left/ })
  expect(film).toHaveAttribute('href', '/title/sertao')
  const yesterday = screen.getByRole('region', { name: 'Yesterday' })
  const loose = within(yesterday).getByRole('link', { name: /Gravação 0042.*Seen to the end/ })
  expect(loose).toHaveAttribute('href', '/watch/loose')
  await expectAccessible()
})

test('it is found in the menu of the account', async () => {
  const { user, address } = visit('/')
  await user.click(await screen.findByRole('button', { name: 'Account' }))
  await user.click(await screen.findByRole('link', { name: 'History', hidden: true }))
  expect(await screen.findByRole('heading', { level: 1, name: 'History' })).toBeVisible()
  expect(address()).toBe('/history')
})

test('one film is taken out, and put back', async () => {
  const { user } = visit('/history')
  await user.click(await screen.findByRole('button', { name: 'Take Sertão Azul out of the history' }))
  await waitFor(() => expect(screen.queryByRole('region', { name: 'Today' })).not.toBeInTheDocument())
  await user.click(await screen.findByRole('button', { name: 'Undo' }))
  expect(await screen.findByRole('region', { name: 'Today' })).toBeVisible()
  expect(watched().reports).toMatchObject([{ videoId: 'v-sertao', positionSeconds: 6000 }])
})

test('a film the server does not take out stays, and that is said', async () => {
  here.server.use(http.delete('*/api/watch/:id', () => HttpResponse.json({}, { status: 503 })))
  const { user } = visit('/history')
  await user.click(await screen.findByRole('button', { name: 'Take Sertão Azul out of the history' }))
  expect(await screen.findByText(/Sertão Azul is still in the history/)).toBeVisible()
  expect(screen.getByRole('region', { name: 'Today' })).toBeVisible()
})

test('all of it is cleared, after a question that says what becomes of it', async () => {
  const { user } = visit('/history')
  await user.click(await screen.findByRole('button', { name: 'Clear history' }))
  const dialog = screen.getByRole('dialog', { name: 'Clear the whole history?' })
  expect(dialog).toHaveTextContent(/on every device.*My list and ratings stay.*no way back/)
  await expectAccessible(dialog)
  await user.click(within(dialog).getByRole('button', { name: 'Keep' }))
  expect(watched().films).toHaveLength(2)
  await user.click(screen.getByRole('button', { name: 'Clear history' }))
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Clear history' }))
  expect(await screen.findByText(/Nothing here yet/)).toBeVisible()
  expect(watched().films).toEqual([])
})

test('what follows is asked for before its end is seen, and a page that does not come can be asked for again', async () => {
  let reached = () => {}
  class Watching {
    constructor(told: IntersectionObserverCallback) {
      reached = () =>
        told([{ isIntersecting: true } as IntersectionObserverEntry], this as unknown as IntersectionObserver)
    }
    observe() {}
    disconnect() {}
  }
  vi.stubGlobal('IntersectionObserver', Watching)
  watched().perPage = 1
  let down = true
  here.server.use(
    http.get('*/api/watch/history', ({ request }) =>
      down && new URL(request.url).searchParams.has('cursor') ? HttpResponse.json({}, { status: 500 }) : undefined,
    ),
  )
  const { user } = visit('/history')
  await screen.findByRole('region', { name: 'Today' })
  await waitFor(() => {
    reached()
    expect(screen.getByRole('alert')).toHaveTextContent('What follows did not load.')
  })
  down = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('region', { name: 'Yesterday' })).toBeVisible()
})

test('when it does not load it says so, and trying again loads it', async () => {
  let down = true
  here.server.use(http.get('*/api/watch/history', () => (down ? HttpResponse.json({}, { status: 500 }) : undefined)))
  const { user } = visit('/history')
  expect(await screen.findByRole('alert')).toHaveTextContent('The history did not load.')
  down = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('region', { name: 'Today' })).toBeVisible()
})

test('where nothing was watched, it says what is kept here', async () => {
  watched().films = []
  visit('/history')
  expect(await screen.findByText(/Nothing here yet/)).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Clear history' })).not.toBeInTheDocument()
})
