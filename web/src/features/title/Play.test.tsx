import { act, screen } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { forgetPlaces, hear, type Moved } from '@/api/watchPlaces'
import { expectAccessible } from '../../../test/axe'
import { aVideo } from '../../../test/backend'
import { aMovie, aPart } from '../../../test/catalogue'
import { aBackend, visit } from '../../../test/visit'
import { aGoing } from '../../../test/watched'

const here = aBackend()
const current = aPart(aVideo({ id: 'v' }))
const cut = aPart(aVideo({ id: 'cut' }), { part: 'edition', edition: "Director's cut" })
const farol = aMovie({ id: 'farol', title: 'Farol', texts: {}, video: current, videos: [current, cut] })

beforeEach(() => {
  forgetPlaces()
  here.backend.state.who = here.backend.state.accounts[0] ?? null
  here.backend.catalogue.state.films = [farol]
})

const watched = (...films: ReturnType<typeof aGoing>[]) => {
  here.backend.watched.state.films = films
}
const link = (name: string) => screen.findByRole('link', { name })
const tell = (over: Partial<Moved> = {}) =>
  act(() =>
    hear({
      type: 'watch.position',
      videoId: 'v',
      deviceId: 'tv',
      device: 'Chrome on Android',
      era: '',
      kind: 'watching',
      positionSeconds: 6600,
      durationSeconds: 7860,
      state: 'playing',
      at: new Date().toISOString(),
      ...over,
    }),
  )

test('a film that was begun goes on, or begins anew', async () => {
  watched(aGoing(farol))
  visit('/title/farol')
  expect(await link('Resume, 31 min left')).toHaveAttribute('href', '/watch/v')
  expect(screen.getByRole('link', { name: 'Watch from the beginning' })).toHaveAttribute('href', '/watch/v?again=true')
  await expectAccessible()
})

test('a film that was seen to its end begins anew', async () => {
  watched(aGoing(farol, { positionSeconds: 7800, finished: true }))
  visit('/title/farol')
  expect(await link('Watch from the beginning')).toHaveAttribute('href', '/watch/v')
  expect(screen.queryByRole('link', { name: /Resume/ })).not.toBeInTheDocument()
})

test('another cut is gone on with from where it was left, which is its own', async () => {
  watched(aGoing(farol, { videoId: 'cut', positionSeconds: 3600 }))
  visit('/title/farol')
  expect(await link("Director's cut, 1 h 11 min left")).toHaveAttribute('href', '/watch/cut')
  expect(await link("Watch Director's cut from the beginning")).toHaveAttribute('href', '/watch/cut?again=true')
  expect(await link('Watch')).toHaveAttribute('href', '/watch/v')
})

test('a film that plays elsewhere is taken over from there, and how far it is moves as it plays', async () => {
  watched(aGoing(farol))
  visit('/title/farol')
  await link('Resume, 31 min left')
  tell()
  expect(await link('Continue here Playing on Chrome on Android')).toHaveAttribute('href', '/watch/v?take=true')
  tell({ state: 'paused' })
  expect(await link('Resume, 21 min left')).toHaveAttribute('href', '/watch/v')
})

test('where it is not known how far it is, it is watched all the same', async () => {
  here.server.use(http.get('*/api/watch/:id', () => HttpResponse.json({}, { status: 503 })))
  visit('/title/farol')
  expect(await link('Watch')).toHaveAttribute('href', '/watch/v')
})
