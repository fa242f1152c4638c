import { waitFor } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createEngineState, type Engine } from '../engine'
import { openNative } from './native'

const network = 2
const unsupported = 4
const film = (ticket: string) => `/media/${ticket}/playlist.m3u8`

let status: number
let asked: string[]
const server = setupServer(
  http.get('*/media/*', ({ request }) => {
    asked.push(new URL(request.url).pathname)
    return status === 0 ? HttpResponse.error() : new HttpResponse(null, { status })
  }),
)
beforeAll(() => server.listen())
afterAll(() => server.close())

let video: HTMLVideoElement
let engine: Engine
const state = createEngineState()
const trouble = () => state.getState().trouble
const load = vi.fn()
beforeEach(() => {
  vi.stubGlobal('MediaError', { MEDIA_ERR_NETWORK: network, MEDIA_ERR_SRC_NOT_SUPPORTED: unsupported })
  status = 200
  asked = []
  load.mockClear()
  HTMLMediaElement.prototype.load = load
  HTMLMediaElement.prototype.play = vi.fn(async () => {})
  state.setState(state.getInitialState(), true)
  video = document.createElement('video')
  Object.defineProperty(video, 'textTracks', {
    value: Object.assign(new EventTarget(), { [Symbol.iterator]: () => [].values() }),
  })
  const source = { player: '', hls: film('first'), dash: '', rungs: [], sounds: [], frameRate: 25 }
  engine = openNative(video, source, 0, state.setState)
})
afterEach(() => {
  engine.destroy()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** The element fails as a browser's does, whatever the server answered. */
function fail(code: number) {
  Object.defineProperty(video, 'error', { value: { code }, configurable: true })
  video.dispatchEvent(new Event('error'))
}

for (const code of [network, unsupported]) {
  test(`a ticket that ran out is told as such, and the film goes on with the next one (error ${code})`, async () => {
    status = 403
    fail(code)
    await waitFor(() => expect(trouble()).toBe('expired'))
    expect(asked).toEqual([film('first')])
    engine.move({ player: '', hls: film('second'), dash: '' })
    expect(trouble()).toBeNull()
    expect(video.src).toContain(film('second'))
  })

  test(`a film the server refuses to give is given up in words (error ${code})`, async () => {
    status = 404
    fail(code)
    await waitFor(() => expect(trouble()).toBe('media'))
  })

  test(`a server that is away is asked again by itself (error ${code})`, async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    status = 0
    fail(code)
    await vi.waitFor(() => expect(trouble()).toBe('network'))
    const before = load.mock.calls.length
    vi.advanceTimersByTime(2000)
    expect(load).toHaveBeenCalledTimes(before + 1)
    video.dispatchEvent(new Event('playing'))
    expect(trouble()).toBeNull()
  })
}

test('a film that is there and cannot be played is not the network’s doing', async () => {
  fail(unsupported)
  await waitFor(() => expect(trouble()).toBe('unsupported'))
})

test('a film of which something is refused again and again is given up in words', async () => {
  for (let times = 1; times < 6; times++) {
    fail(network)
    await waitFor(() => expect(asked).toHaveLength(times))
    await waitFor(() => expect(trouble()).toBe('network'))
    state.setState({ trouble: null })
  }
  fail(network)
  await waitFor(() => expect(trouble()).toBe('media'))
})

test('a film the server puts off is asked for again without a word, and given up after a minute', async () => {
  status = 503
  fail(network)
  await waitFor(() => expect(asked).toHaveLength(1))
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + 61_000)
  expect(trouble()).toBeNull()
  fail(network)
  await waitFor(() => expect(trouble()).toBe('media'))
})
