import { screen, waitFor, within } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { aMovie, cardOf, crime, fantasy } from '../../../test/catalogue'
import { aBackend, visit } from '../../../test/visit'

const here = aBackend()
const farol = aMovie({ id: 'farol', genres: [fantasy], year: 2021 })
const cidade = aMovie({ id: 'cidade', title: 'Cidade de Deus', texts: {}, genres: [crime], year: 2002 })

beforeEach(() => {
  here.backend.state.who = { email: 'viewer@example.org', password: '', role: 'viewer' }
  here.backend.catalogue.state.films = [farol, cidade]
})

const asked = (path: string) => here.backend.state.seen.filter((one) => one === `GET ${path}`).length

test('browsing shows what the address names, and what is chosen goes into the address', async () => {
  const { user, address } = visit('/browse?genre=80')
  const films = await screen.findByRole('list', { name: 'Films' })
  expect(within(films).getAllByRole('listitem')).toHaveLength(1)
  expect(within(films).getByRole('link', { name: /Cidade de Deus/ })).toHaveAttribute('href', '/title/cidade')
  await user.selectOptions(screen.getByLabelText('Genre'), 'Fantasy')
  expect(await screen.findByRole('link', { name: /O Farol de Vidro/ })).toBeVisible()
  await user.selectOptions(screen.getByLabelText('Order'), 'Top rated')
  await waitFor(() => expect(address()).toBe('/browse?genre=14&list=top-rated'))
  await user.selectOptions(screen.getByLabelText('Year'), '1999')
  expect(await screen.findByText('There is no such film here yet.')).toBeVisible()
  await user.click(screen.getByRole('link', { name: 'Show all films' }))
  expect(await screen.findByRole('link', { name: /Cidade de Deus/ })).toBeVisible()
})

test('an address nobody could have chosen shows all films', async () => {
  visit('/browse?list=best&genre=-4&year=abc')
  expect(await screen.findByRole('link', { name: /Cidade de Deus/ })).toBeVisible()
  expect(screen.getByLabelText('Genre')).toHaveValue('')
})

test('what follows is asked for as its place comes near, and again where that failed', async () => {
  here.backend.catalogue.state.films = Array.from({ length: 90 }, (_, place) =>
    aMovie({ id: `film-${place}`, title: `Film ${place}`, texts: {} }),
  )
  let near = () => {}
  const Observer = globalThis.IntersectionObserver
  globalThis.IntersectionObserver = class extends Observer {
    constructor(heard: IntersectionObserverCallback) {
      super(heard)
      near = () => heard([{ isIntersecting: true } as IntersectionObserverEntry], this)
    }
  }
  try {
    const { user } = visit('/browse')
    const films = await screen.findByRole('list', { name: 'Films' })
    expect(within(films).getAllByRole('listitem')).toHaveLength(60)
    here.server.use(http.get('*/api/movies', () => HttpResponse.json({}, { status: 500 }), { once: true }))
    near()
    expect(await screen.findByText('What follows did not load.')).toBeVisible()
    expect(within(films).getAllByRole('listitem')).toHaveLength(60)
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    await waitFor(() => expect(within(films).getAllByRole('listitem')).toHaveLength(90))
  } finally {
    globalThis.IntersectionObserver = Observer
  }
})

test('films are found as one types, asked for once nobody types any more', async () => {
  const { user, address } = visit('/search')
  const field = await screen.findByLabelText('Search films and people')
  expect(field).toHaveFocus()
  await user.type(field, 'cidade')
  const films = await screen.findByRole('list', { name: 'Found' })
  expect(within(films).getByRole('link', { name: /Cidade de Deus/ })).toBeVisible()
  expect(within(films).getAllByRole('listitem')).toHaveLength(1)
  expect(screen.getByText('1 film found')).toBeInTheDocument()
  expect(asked('/api/search')).toBe(1)
  expect(address()).toBe('/search?q=cidade')
})

test('an answer that comes late does not take the place of the one that was asked for since', async () => {
  const late = Promise.withResolvers<void>()
  const over = Promise.withResolvers<void>()
  let waits = false
  here.server.use(
    http.get('*/api/search', async ({ request }) => {
      if (new URL(request.url).searchParams.get('q') !== 'c') return
      waits = true
      // Whoever does not want it any more may hang up: then it is over as well.
      request.signal.addEventListener('abort', () => over.resolve())
      await late.promise
      return HttpResponse.json({ items: [cardOf(farol)] })
    }),
  )
  here.server.events.on('response:mocked', ({ request }) => {
    if (new URL(request.url).searchParams.get('q') === 'c') over.resolve()
  })
  const { user, queries } = visit('/search')
  const field = await screen.findByLabelText('Search films and people')
  await user.type(field, 'c')
  await waitFor(() => expect(waits).toBe(true))
  await user.type(field, 'idade')
  expect(await screen.findByRole('link', { name: /Cidade de Deus/ })).toBeVisible()
  let shown = false
  const watch = new MutationObserver(() => {
    shown ||= screen.queryByRole('link', { name: /Farol/ }) !== null
  })
  watch.observe(document.body, { childList: true, subtree: true })
  late.resolve()
  await over.promise
  // What was asked for later than the late answer came has been answered and shown: it had its time.
  await waitFor(() => expect(queries.isFetching()).toBe(0))
  const before = asked('/api/search')
  await user.type(field, ' de')
  await waitFor(() => expect(asked('/api/search')).toBeGreaterThan(before))
  await waitFor(() => expect(queries.isFetching()).toBe(0))
  watch.disconnect()
  expect(screen.getByRole('link', { name: /Cidade de Deus/ })).toBeVisible()
  expect(shown).toBe(false)
})

test('an address with words in it finds at once', async () => {
  visit('/search?q=2002')
  here.backend.catalogue.state.films = [aMovie({ id: 'x', title: '2002', texts: {} })]
  expect(await screen.findByRole('link', { name: /2002/ })).toBeVisible()
})

test('nothing typed, and there are kinds of films and what others watch; nothing found, the same', async () => {
  const { user } = visit('/search')
  expect(await screen.findByRole('list', { name: 'Others are watching' })).toBeVisible()
  expect(await screen.findByRole('link', { name: 'Crime' })).toHaveAttribute('href', '/browse?genre=80')
  await user.type(screen.getByLabelText('Search films and people'), 'zzz')
  expect(await screen.findByText(/Nothing found for “zzz”/)).toBeVisible()
  expect(screen.getByRole('list', { name: 'Others are watching' })).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Clear' }))
  expect(screen.getByLabelText('Search films and people')).toHaveFocus()
})

test('my list shows what was put on it, and says what it is for while it is empty', async () => {
  const { queries } = visit('/list')
  expect(await screen.findByText(/Films you save for later/)).toBeVisible()
  here.backend.catalogue.state.opinions.set('cidade', { listed: true, stars: 0 })
  await queries.invalidateQueries()
  expect(await screen.findByRole('link', { name: /Cidade de Deus/ })).toBeVisible()
})

test('a list that does not load can be asked for again', async () => {
  here.backend.catalogue.state.opinions.set('cidade', { listed: true, stars: 0 })
  here.server.use(http.get('*/api/list', () => HttpResponse.json({}, { status: 500 }), { once: true }))
  const { user } = visit('/list')
  await user.click(await screen.findByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('link', { name: /Cidade de Deus/ })).toBeVisible()
})
