import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { few } from '@/api/moments'
import type { Thumbnail } from '@/api/thumbnails'
import { expectAccessible } from '../../../test/axe'
import { aVideo } from '../../../test/backend'
import { aMovie, aPart } from '../../../test/catalogue'
import { aBackend, visit } from '../../../test/visit'
import { aGoing } from '../../../test/watched'
import { placeOver, width } from './place'

const here = aBackend()
const farol = aMovie({ id: 'farol', title: 'O Farol', texts: {}, video: aPart(aVideo({ id: 'v-farol' })) })
const mar = aMovie({ id: 'mar', title: 'O Mar', texts: {} })
let asked: string[]
/** Whether nothing shall move. */
let calm: boolean

beforeEach(() => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
  here.backend.catalogue.state.films = [farol, mar]
  // jsdom hides what pops up and cannot show it.
  HTMLElement.prototype.showPopover = function () {
    this.style.display = 'block'
  }
  asked = []
  calm = false
  vi.stubGlobal('matchMedia', (query: string) => ({ matches: calm && query.includes('motion') }))
  const tiles = Array.from(
    { length: 20 },
    (_, n) =>
      `00:00:${String(n).padStart(2, '0')}.000 --> 00:00:${String(n + 1).padStart(2, '0')}.000\nsheet.jpg#xywh=${n * 160},0,160,90`,
  )
  here.server.use(
    http.get('*/api/videos/:id/stream', ({ request }) => {
      asked.push(new URL(request.url).search)
      return HttpResponse.json({ thumbnailsUrl: '/media/x/thumbnails.vtt' })
    }),
    http.get('*/media/x/thumbnails.vtt', () => HttpResponse.text(`WEBVTT\n\n${tiles.join('\n\n')}\n`)),
  )
})

/** The card of a film, once what opens it has come: after the first picture. */
async function card(name: string) {
  const row = await screen.findByRole('region', { name: 'Trending' })
  const link = within(row).getByRole('link', { name: new RegExp(`^${name}`) })
  await screen.findByText('', { selector: '[role=status].top-0' })
  return link
}
const point = (at: Element, pointerType = 'mouse') => fireEvent.pointerMove(at, { pointerType, buttons: 0 })
/** The hero is a region of its own, and may be of the same film. */
const found = (name: string) =>
  screen.queryAllByRole('region', { name }).find((one) => one.hasAttribute('popover')) ?? null
const opened = (name: string) =>
  waitFor(() => {
    const preview = found(name)
    if (!preview) throw new Error(`the card of ${name} is not open`)
    return preview
  })
const isOpen = (name: string) => found(name) !== null

const { showPopover } = HTMLElement.prototype
afterEach(() => {
  HTMLElement.prototype.showPopover = showPopover
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('a card that a mouse rests on opens: what the film is, moments of it, and what one does with it', async () => {
  visit('/')
  const link = await card('O Farol')
  point(link)
  const preview = await opened('O Farol')
  expect(preview).toHaveTextContent('2021 · 2 h 11 min · 12 · Drama')
  expect(within(preview).getByRole('link', { name: 'Watch' })).toHaveAttribute('href', '/watch/v-farol')
  expect(within(preview).getByRole('link', { name: 'Details' })).toHaveAttribute('href', '/title/farol')
  await waitFor(() => expect(preview.querySelectorAll('[data-moment]').length).toBeGreaterThan(5))
  await waitFor(() => expect(preview.querySelectorAll('[data-moment].opacity-100')).toHaveLength(1))
  // It is no viewing, and takes no focus.
  expect(asked).toEqual(['?preview=true'])
  expect(document.body).toHaveFocus()
  await expectAccessible()
})

test('a card that the keys rest on opens, the keys go on into it, and Escape closes it', async () => {
  const { user } = visit('/')
  const link = await card('O Farol')
  act(() => link.focus())
  const preview = await opened('O Farol')
  expect(link).toHaveFocus()
  await within(preview).findByRole('link', { name: 'Watch' })
  await user.tab()
  expect(preview).toContainElement(document.activeElement as HTMLElement)
  act(() => link.focus())
  await user.keyboard('{Escape}')
  expect(isOpen('O Farol')).toBe(false)
})

test('keys that only pass open nothing', async () => {
  visit('/')
  const link = await card('O Farol')
  const other = await card('O Mar')
  vi.useFakeTimers()
  act(() => link.focus())
  act(() => void vi.advanceTimersByTime(400))
  act(() => other.focus())
  act(() => void vi.advanceTimersByTime(400))
  act(() => other.blur())
  vi.useRealTimers()
  expect(isOpen('O Farol')).toBe(false)
})

test('for whom nothing shall move it opens at once, with one picture', async () => {
  calm = true
  visit('/')
  point(await card('O Farol'))
  const preview = await opened('O Farol')
  expect(within(preview).getByRole('link', { name: 'Watch' })).toBeVisible()
  expect(preview.querySelector('[data-moment]')).toBeNull()
  expect(asked).toEqual([])
})

test('it is put on the list from there', async () => {
  const { user } = visit('/')
  point(await card('O Farol'))
  const button = within(await opened('O Farol')).getByRole('button', { name: 'My list' })
  await waitFor(() => expect(button).toBeEnabled())
  await user.click(button)
  await waitFor(() => expect(button).toHaveAttribute('aria-pressed', 'true'))
  expect(here.backend.catalogue.state.opinions.get('farol')?.listed).toBe(true)
})

test('a film that was begun goes on from there', async () => {
  here.backend.watched.state.films = [aGoing(farol)]
  visit('/')
  point(await card('O Farol'))
  expect(await within(await opened('O Farol')).findByRole('link', { name: 'Resume' })).toBeVisible()
})

test('Escape closes it, and it stays so until something else is pointed at', async () => {
  visit('/')
  const link = await card('O Farol')
  point(link)
  await opened('O Farol')
  vi.useFakeTimers()
  fireEvent.keyDown(document.body, { key: 'Escape' })
  expect(isOpen('O Farol')).toBe(false)
  point(link)
  act(() => void vi.advanceTimersByTime(2000))
  expect(isOpen('O Farol')).toBe(false)
  point(document.body)
  point(link)
  act(() => void vi.advanceTimersByTime(2000))
  vi.useRealTimers()
  await opened('O Farol')
})

test('it closes when the mouse goes elsewhere, and not while it is in what opened', async () => {
  visit('/')
  point(await card('O Farol'))
  const preview = await opened('O Farol')
  vi.useFakeTimers()
  point(document.body)
  point(preview)
  act(() => void vi.advanceTimersByTime(2000))
  expect(isOpen('O Farol')).toBe(true)
  point(document.body)
  act(() => void vi.advanceTimersByTime(2000))
  vi.useRealTimers()
  expect(isOpen('O Farol')).toBe(false)
})

test('a finger opens nothing, and neither does a mouse that only passes', async () => {
  visit('/')
  const link = await card('O Farol')
  vi.useFakeTimers()
  point(link, 'touch')
  act(() => void vi.advanceTimersByTime(2000))
  point(link)
  act(() => void vi.advanceTimersByTime(400))
  point(document.body)
  act(() => void vi.advanceTimersByTime(2000))
  vi.useRealTimers()
  expect(isOpen('O Farol')).toBe(false)
  expect(asked).toEqual([])
})

test('a film of which there is nothing to watch has its page', async () => {
  visit('/')
  point(await card('O Mar'))
  const preview = await opened('O Mar')
  expect(within(preview).getByRole('link', { name: 'Details' })).toBeVisible()
  expect(within(preview).queryByRole('link', { name: 'Watch' })).not.toBeInTheDocument()
  expect(asked).toEqual([])
})

test('a few moments are spread over a film, without its end', () => {
  const all = Array.from({ length: 100 }, (_, n) => ({ startTime: n }) as Thumbnail)
  const times = few(all).map((one) => one.startTime)
  expect(times).toHaveLength(10)
  expect(times[0]).toBe(8)
  expect(Math.max(...times)).toBeLessThan(75)
  expect(new Set(times).size).toBe(10)
  expect(few([])).toEqual([])
  expect(few(all.slice(0, 2))).toHaveLength(2)
})

test('a card at the edge of the screen opens whole', () => {
  expect(placeOver({ left: 0, top: 0, width: 176, height: 264 }, 300, 1280, 720)).toEqual({ left: 12, top: 12 })
  const { left, top } = placeOver({ left: 1200, top: 650, width: 176, height: 264 }, 300, 1280, 720)
  expect([left + width, top + 300]).toEqual([1268, 708])
})
