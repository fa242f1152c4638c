import { waitFor } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { multivariant, pretendMediaSource } from '../../../test/hls'
import { createEngineState, type Engine, type Start } from '../engine'
import { openHls } from './hls'

const ladder = [
  { id: 'video/360', height: 360, bandwidth: 700_000 },
  { id: 'video/720', height: 720, bandwidth: 2_500_000 },
  { id: 'video/source', height: 1080, bandwidth: 6_000_000 },
]
const playlist = () =>
  HttpResponse.text('#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nseg-1.m4s\n#EXTINF:4,\nseg-2.m4s\n#EXT-X-ENDLIST\n')

let asked: string[]
let answers: (path: string) => Response | Promise<Response>
const server = setupServer(
  http.get('*/media/*', ({ request }) => {
    const path = new URL(request.url).pathname
    asked.push(path)
    return answers(path)
  }),
)
const whole = (path: string) => {
  if (path.endsWith('/player.m3u8')) return HttpResponse.text(multivariant(ladder))
  // What is in a segment is the browser's affair, and there is none here.
  return path.endsWith('/index.m3u8') ? playlist() : new Promise<Response>(() => {})
}
beforeAll(() => server.listen())
afterAll(() => server.close())

let engine: Engine
const state = createEngineState()
const trouble = () => state.getState().trouble
const addresses = (ticket: string) => ({ player: `/media/${ticket}/player.m3u8`, hls: '', dash: '' })

function open(...allowed: string[]) {
  openWith({ allowed: new Set(allowed) })
}
function openWith(start: Omit<Start, 'at'>) {
  pretendMediaSource()
  const video = document.createElement('video')
  engine = openHls(video, addresses('first'), { at: 0, ...start }, state.setState)
}
beforeEach(() => {
  asked = []
  answers = whole
  state.setState(state.getInitialState(), true)
  HTMLMediaElement.prototype.load = vi.fn()
  HTMLMediaElement.prototype.play = vi.fn(async () => {})
})
afterEach(() => engine.destroy())

test('the film begins on an allowed rung, and every rung is on offer', async () => {
  open('video/source')
  await waitFor(() => expect(asked).toContain('/media/first/video/source/seg-1.m4s'))
  expect(asked.slice(0, 3)).toEqual([
    '/media/first/player.m3u8',
    '/media/first/video/source/index.m3u8',
    '/media/first/video/source/seg-1.m4s',
  ])
  expect(state.getState()).toMatchObject({ offered: ladder.map(({ id }) => id), chosen: 'auto', trouble: null })
})

test('where segments begin is told once a playlist says so', async () => {
  open('video/360')
  expect(engine.startNear?.(3)).toBeUndefined()
  await waitFor(() => expect(asked).toContain('/media/first/video/360/seg-1.m4s'))
  expect([0, 1.9, 2.1, 4, 100].map((seconds) => engine.startNear?.(seconds))).toEqual([0, 0, 4, 4, 4])
})

test('a server that is away when the film is opened is asked again by itself', async () => {
  answers = () => HttpResponse.error()
  open('video/360')
  await waitFor(() => expect(trouble()).toBe('network'))
  answers = whole
  await waitFor(() => expect(trouble()).toBeNull())
  await waitFor(() => expect(asked).toContain('/media/first/video/360/seg-1.m4s'))
})

test('a server that goes away in the middle is asked again by itself, for the same rung', async () => {
  answers = (path) => (path.endsWith('.m4s') ? HttpResponse.error() : whole(path))
  open('video/source')
  await waitFor(() => expect(trouble()).toBe('network'))
  const times = () => asked.filter((path) => path.endsWith('/seg-1.m4s'))
  await waitFor(() => expect(times().length).toBeGreaterThan(2))
  expect(new Set(times())).toEqual(new Set(['/media/first/video/source/seg-1.m4s']))
})

test('a ticket that ran out is told as such, and requests go on with the next one', async () => {
  answers = (path) =>
    path.endsWith('.m4s') && path.includes('/first/') ? new HttpResponse(null, { status: 403 }) : whole(path)
  open('video/720')
  await waitFor(() => expect(trouble()).toBe('expired'))
  engine.move(addresses('second'))
  expect(trouble()).toBeNull()
  await waitFor(() => expect(asked).toContain('/media/second/video/720/seg-1.m4s'))
})

test('a film the server refuses to give is given up in words', async () => {
  answers = () => new HttpResponse(null, { status: 404 })
  open('video/720')
  await waitFor(() => expect(trouble()).toBe('media'))
  expect(asked).toHaveLength(1)
})

test('a film the server puts off is asked for again, and given up in words after a minute', async () => {
  answers = (path) => (path.endsWith('.m4s') ? new HttpResponse(null, { status: 503 }) : whole(path))
  open('video/720')
  const times = () => asked.filter((path) => path.endsWith('/video/720/seg-1.m4s')).length
  await waitFor(() => expect(times()).toBeGreaterThan(1))
  expect(trouble()).toBeNull()
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + 61_000)
  await waitFor(() => expect(trouble()).toBe('media'))
})

test('what is given up says why, and all of it is asked for anew when that is wished', async () => {
  answers = (path) => (path.endsWith('.m4s') ? new HttpResponse(null, { status: 404 }) : whole(path))
  open('video/360')
  await waitFor(() => expect(trouble()).toBe('media'))
  expect(state.getState().cause).toMatch(/^fragLoadError, video\/\w+\/seg-\d.m4s, 404/)
  const before = asked.length
  answers = whole
  engine.retry()
  await waitFor(() => expect(asked.slice(before)).toContain('/media/first/video/360/seg-1.m4s'))
  expect(asked[before]).toBe('/media/first/player.m3u8')
  expect(trouble()).toBeNull()
})

test('a rung the server refuses to give is left for another', async () => {
  answers = (path) => (path.includes('/source/seg') ? new HttpResponse(null, { status: 404 }) : whole(path))
  open('video/source')
  await waitFor(() => expect(asked).toContain('/media/first/video/360/seg-1.m4s'))
  expect(trouble()).toBeNull()
})

test('a rung that is not allowed may still be chosen', async () => {
  open('video/360')
  await waitFor(() => expect(asked).toContain('/media/first/video/360/seg-1.m4s'))
  engine.chooseRung('video/720')
  await waitFor(() => expect(asked).toContain('/media/first/video/720/index.m3u8'))
  expect(state.getState().chosen).toBe('video/720')
})

const spoken = (path: string) =>
  path.endsWith('/player.m3u8')
    ? HttpResponse.text(
        multivariant(ladder, [
          { id: 'audio/0-pt', name: 'Português', default: true },
          { id: 'audio/1-en', name: 'English' },
          { id: 'audio/0-pt-51', name: 'Português 5.1' },
        ]),
      )
    : whole(path)

test('each sound is known by its own name, and the film begins with its default', async () => {
  answers = spoken
  open('video/360')
  await waitFor(() => expect(asked).toContain('/media/first/audio/0-pt/seg-1.m4s'))
  expect(state.getState().audio.map(({ id, label }) => [id, label])).toEqual([
    ['audio/0-pt', 'Português'],
    ['audio/1-en', 'English'],
    ['audio/0-pt-51', 'Português 5.1'],
  ])
  engine.chooseAudio('audio/1-en')
  await waitFor(() => expect(asked).toContain('/media/first/audio/1-en/index.m3u8'))
})

test('a film begins with the sound it is told to, and nothing of another is loaded', async () => {
  answers = spoken
  openWith({ allowed: new Set(['video/360']), sound: 'audio/0-pt-51' })
  await waitFor(() => expect(asked).toContain('/media/first/audio/0-pt-51/seg-1.m4s'))
  expect(asked.filter((path) => path.includes('/audio/0-pt/'))).toEqual([])
})
