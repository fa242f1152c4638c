import { act, screen, within } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { forgetPlaces, hear } from '@/api/watchPlaces'
import { aVideo } from '../../../test/backend'
import { aMovie, aPart, cardOf, crime } from '../../../test/catalogue'
import { aBackend, visit } from '../../../test/visit'
import { aGoing } from '../../../test/watched'

const here = aBackend()
beforeEach(() => {
  forgetPlaces()
  here.backend.state.who = here.backend.state.accounts[0] ?? null
})

afterEach(() => {
  vi.unstubAllGlobals()
})

const asViewer = () => {
  here.backend.state.who = { email: 'viewer@example.org', password: '', role: 'viewer' }
}

/** What is drawn when its place comes near is drawn. */
const everythingIsNear = () =>
  vi.stubGlobal(
    'IntersectionObserver',
    class extends IntersectionObserver {
      constructor(heard: IntersectionObserverCallback) {
        super(heard)
        queueMicrotask(() => heard([{ isIntersecting: true } as IntersectionObserverEntry], this))
      }
    },
  )

const farol = aMovie({ id: 'farol' })
const sertao = aMovie({
  id: 'sertao',
  title: 'Sertão Azul',
  video: aPart(aVideo({ id: 'v-sertao', title: 'Sertão Azul', stillUrl: '/still.jpg' })),
})

test('one film that plays leads, and rows of films follow it', async () => {
  here.backend.catalogue.state.films = [farol, sertao]
  visit('/')
  const hero = (await screen.findByRole('heading', { level: 1, name: 'Sertão Azul' })).closest('section') as HTMLElement
  expect(within(hero).getByRole('link', { name: 'Watch' })).toHaveAttribute('href', '/watch/v-sertao')
  expect(within(hero).getByRole('link', { name: 'Details' })).toHaveAttribute('href', '/title/sertao')
  expect(within(hero).getByText('2021 · 2 h 11 min · Drama')).toBeVisible()
  const row = await screen.findByRole('region', { name: 'Trending' })
  expect(within(row).getAllByRole('listitem')).toHaveLength(2)
  expect(within(row).getByRole('link', { name: /Farol de Vidro/ })).toHaveAttribute('href', '/title/farol')
})

test('a film that was begun goes on from the first page, as it does from its own', async () => {
  here.backend.catalogue.state.films = [sertao]
  here.backend.watched.state.films = [aGoing(sertao)]
  visit('/')
  expect(await screen.findByRole('link', { name: 'Resume, 31 min left' })).toHaveAttribute('href', '/watch/v-sertao')
  act(() =>
    hear({
      ...{ type: 'watch.position', videoId: 'v-sertao', deviceId: 'tv', device: 'Chrome on Android', era: '' },
      ...{ kind: 'watching', positionSeconds: 6600, durationSeconds: 7860, state: 'playing' },
      at: new Date().toISOString(),
    }),
  )
  expect(await screen.findByRole('link', { name: 'Resume, 21 min left' })).toHaveAttribute(
    'href',
    '/watch/v-sertao?take=true',
  )
})

test('a film that was seen to its end, or of which nobody can tell, is watched', async () => {
  here.backend.catalogue.state.films = [sertao]
  here.backend.watched.state.films = [aGoing(sertao, { positionSeconds: 7800, finished: true })]
  here.server.use(http.get('*/api/watch/continue', () => HttpResponse.json({ code: 'boom' }, { status: 500 })))
  visit('/')
  expect(await screen.findByRole('link', { name: 'Watch' })).toHaveAttribute('href', '/watch/v-sertao')
})

test('each row says what it is and leads to all of it', async () => {
  everythingIsNear()
  here.backend.catalogue.state.rows = [
    { id: 'new', kind: 'new', items: [cardOf(farol)] },
    { id: 'list', kind: 'list', items: [cardOf(farol)] },
    { id: 'genre-80', kind: 'genre', genre: crime, items: [cardOf(farol)] },
    {
      id: 'because-x',
      kind: 'because',
      because: { action: 'watched', movieId: 'x', title: 'City of God', titles: {} },
      items: [cardOf(farol)],
    },
  ]
  visit('/')
  const lead = async (name: string) => (await screen.findByRole('link', { name })).getAttribute('href')
  expect(await lead('New here')).toBe('/browse?list=new')
  expect(await lead('Crime')).toBe('/browse?genre=80')
  expect(await lead('Because you watched City of God')).toBe('/title/x')
  expect(screen.getByRole('region', { name: 'My list' })).toBeVisible()
})

test('a film is told in the language of the page', async () => {
  here.backend.catalogue.state.films = [
    aMovie({ texts: { 'pt-BR': { title: 'Cidade de Deus' }, en: { title: 'City of God' } } }),
  ]
  visit('/')
  expect(await screen.findByRole('link', { name: /City of God/ })).toBeVisible()
})

test('arrow keys go from one film to the next, as they stand', async () => {
  here.backend.catalogue.state.films = [farol, sertao]
  const { user } = visit('/')
  const row = await screen.findByRole('region', { name: 'Trending' })
  const [first, second] = within(row).getAllByRole('link').slice(1) as [HTMLElement, HTMLElement]
  const at = (left: number) => () => new DOMRect(left, 0, 100, 150)
  first.getBoundingClientRect = at(0)
  second.getBoundingClientRect = at(112)
  HTMLElement.prototype.scrollIntoView = () => {}
  first.focus()
  await user.keyboard('{ArrowRight}')
  expect(second).toHaveFocus()
  await user.keyboard('{ArrowLeft}')
  expect(first).toHaveFocus()
})

test('a film still being made shows how far it is and cannot be pressed', async () => {
  here.backend.state.videos = [aVideo({ id: 'a', title: 'Ainda chegando', status: 'processing', progress: 0.34 })]
  visit('/')
  expect(await screen.findByText('Preparing 34%')).toBeVisible()
  expect(screen.queryByRole('link', { name: /Ainda chegando/ })).not.toBeInTheDocument()
})

test('a film that plays while it is still being made says so and leads to it', async () => {
  here.backend.state.videos = [aVideo({ id: 'a', title: 'Ainda chegando', status: 'processing', playable: true })]
  visit('/')
  const row = await screen.findByRole('region', { name: 'On the way' })
  const card = within(row).getByRole('link', { name: /Ainda chegando/ })
  expect(card).toHaveAttribute('href', '/watch/a')
  expect(card).toHaveTextContent('Plays now')
})

test('a viewer hears nothing of what is on the way', async () => {
  asViewer()
  here.backend.state.videos = [aVideo({ id: 'a', title: 'Ainda chegando', status: 'processing' })]
  here.backend.catalogue.state.films = [sertao]
  visit('/')
  expect(await screen.findByRole('link', { name: /Sertão Azul/ })).toBeVisible()
  expect(screen.queryByText('Ainda chegando')).not.toBeInTheDocument()
  expect(screen.queryByRole('link', { name: 'Upload' })).not.toBeInTheDocument()
  expect(here.backend.state.seen).not.toContain('GET /api/videos')
})

test('an empty library tells an editor what to do and a viewer what to expect', async () => {
  visit('/')
  expect(await screen.findByRole('link', { name: 'Upload a film' })).toHaveAttribute('href', '/upload')
})

test('an empty library asks nothing of a viewer', async () => {
  asViewer()
  visit('/')
  expect(await screen.findByText(/No films yet/)).toBeVisible()
})

test('what the server had kept, while it cannot ask for news, is said to be old', async () => {
  here.backend.catalogue.state.films = [sertao]
  here.backend.catalogue.state.stale = true
  visit('/')
  expect(await screen.findByText(/how it was a moment ago/)).toBeVisible()
})

test('when the rows do not load, trying again loads them', async () => {
  here.backend.catalogue.state.films = [sertao]
  here.server.use(http.get('*/api/home', () => HttpResponse.json({ code: 'boom' }, { status: 500 }), { once: true }))
  const { user } = visit('/')
  expect(await screen.findByRole('alert')).toHaveTextContent('did not load')
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('heading', { level: 1, name: 'Sertão Azul' })).toBeVisible()
})

test('a session that ended on the server leads back to the door', async () => {
  here.backend.catalogue.state.films = [sertao]
  const { address } = visit('/')
  here.backend.state.who = null
  expect(await screen.findByLabelText('Password')).toBeVisible()
  expect(address()).toMatch(/^\/signin/)
})
