import { cleanup, screen } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeGiven } from '@/api/given'
import { home } from '@/api/home'
import { createQueries } from '@/api/queries'
import { me } from '@/api/session'
import { aMovie, cardOf } from '../../../test/catalogue'
import { aBackend, visit } from '../../../test/visit'
import { HeroFrame } from './HeroFrame'

const here = aBackend()
const backdrop = { url: '/images/farol-{width}.{format}?v=1', widths: [640, 1280] }
const farol = aMovie({ id: 'farol', title: 'O Farol', texts: {}, backdrop })
const other = aMovie({
  id: 'mar',
  title: 'O Mar',
  texts: {},
  backdrop: { ...backdrop, url: '/images/mar-{width}.{format}' },
})

let place: HTMLElement
beforeEach(() => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
  here.backend.catalogue.state.films = [farol]
  place = document.createElement('div')
  place.id = 'app'
  document.body.append(place)
})
// React clears the place it is given; here it is removed by hand.
afterEach(() => {
  cleanup()
  place.remove()
})

/** The page as the server sends it: its hero is the app's own. */
function isSent(film = farol) {
  place.innerHTML = renderToStaticMarkup(<HeroFrame title={film.title} picture={film.backdrop} painted />)
  return place.querySelector('picture') as Element
}

test('what is sent is painted without a script: nothing of it is hidden or waits', () => {
  const picture = isSent()
  const image = picture.querySelector('img') as HTMLImageElement
  expect(image).toHaveClass('opacity-100')
  expect(image).not.toHaveClass('opacity-0')
  expect(image).toHaveAttribute('loading', 'eager')
  expect(image).toHaveAttribute('fetchpriority', 'high')
  expect(picture.querySelector('source')).toHaveAttribute('type', 'image/avif')
  expect(place.querySelector('h1')).toHaveTextContent('O Farol')
})

test('the picture that came with the page is the one that stands in the app', async () => {
  const sent = isSent()
  visit('/')
  const hero = (await screen.findByRole('link', { name: 'Details' })).closest('section') as HTMLElement
  expect(hero.querySelectorAll('picture')).toHaveLength(1)
  expect(hero.querySelector('picture')).toBe(sent)
  expect(screen.getByRole('main')).not.toHaveClass('animate-appear')
})

test('another film has a picture of its own', async () => {
  const sent = isSent(other)
  visit('/')
  const hero = (await screen.findByRole('link', { name: 'Details' })).closest('section') as HTMLElement
  expect(hero.querySelector('picture')).not.toBe(sent)
  expect(hero.querySelector('img')).toHaveAttribute('src', '/images/farol-640.webp?v=1')
})

test('a film that leads later does not keep the picture of the one before', async () => {
  const sent = isSent()
  const { queries } = visit('/')
  await screen.findByRole('link', { name: 'Details' })
  queries.setQueryData(home.queryKey, { rows: [{ id: 'new', kind: 'new', items: [cardOf(other)] }], stale: false })
  const hero = (await screen.findByRole('heading', { level: 1, name: 'O Mar' })).closest('section') as HTMLElement
  expect(hero.querySelector('picture')).not.toBe(sent)
  expect(hero.querySelector('img')).toHaveAttribute('src', '/images/mar-640.webp')
})

test('a page that brought nothing appears', async () => {
  visit('/')
  expect(await screen.findByRole('main')).toHaveClass('animate-appear')
})

const who = {
  user: { id: 'u', role: 'viewer' },
  profile: { id: 'p', name: 'Ana', maturityLimit: null, language: 'pt-BR' },
}

/** Puts answers into the page as the server does. Returns how to take them out again. */
function isGiven(page: object) {
  const data = document.createElement('script')
  data.type = 'application/json'
  data.id = 'given'
  data.textContent = JSON.stringify({ me: who, home: page })
  document.body.append(data)
  return () => data.remove()
}

test('the answers that came with the page are not asked for', async () => {
  const page = { rows: [{ id: 'new', kind: 'new', items: [cardOf(farol)] }], stale: true }
  const remove = isGiven(page)
  here.server.use(http.get('*/api/:any', () => HttpResponse.json({ code: 'asked' }, { status: 500 })))
  const queries = createQueries()
  expect(takeGiven(queries)).toEqual(who)
  expect(await queries.fetchQuery(me)).toEqual(who)
  expect(await queries.fetchQuery(home)).toEqual(page)
  remove()
  expect(takeGiven(queries)).toBeUndefined()
})

test('rows that did not come with the page are asked for, while those that did stand there', async () => {
  const first = { id: 'new', kind: 'new', items: [cardOf(farol)] }
  const remove = isGiven({ rows: [first], awaited: 1, stale: false })
  const all = { rows: [first, { id: 'popular', kind: 'popular', items: [cardOf(other)] }] }
  here.server.use(http.get('*/api/home', () => HttpResponse.json(all)))
  const queries = createQueries()
  takeGiven(queries)
  remove()
  expect(queries.getQueryData(home.queryKey)?.rows).toEqual([first])
  expect(await queries.fetchQuery(home)).toEqual({ ...all, stale: false })
})
