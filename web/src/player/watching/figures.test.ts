import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Figures as Sent } from '@/api/watchFigures'
import { Figures } from './figures'

let sent: (Sent & { leaving: boolean })[]
let arrives: boolean
let figures: Figures
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  sent = []
  arrives = true
  figures = new Figures({ videoId: 'film', sessionId: 'here', durationSeconds: 1000 }, async (_, one, leaving) => {
    sent.push({ ...one, leaving })
    return arrives
  })
})
afterEach(() => {
  figures.stops(0, true)
  vi.useRealTimers()
})

/** Plays a stretch, a quarter of a second at a time. */
function play(from: number, to: number) {
  figures.jumps()
  for (let at = from; at <= to; at += 0.25) figures.passes(at)
}

const parts = () => [...(sent.at(-1)?.parts ?? '')].flatMap((times, index) => (times === '0' ? [] : [[index, +times]]))

test('each hundredth counts how often it was watched, nine times at most', async () => {
  figures.plays(0)
  play(0, 25)
  play(12, 18)
  for (let i = 0; i < 12; i++) play(500, 505)
  await pass(30_000)
  expect(parts()).toEqual([
    [0, 1],
    [1, 2],
    [2, 1],
    [50, 9],
  ])
})

test('what was only passed over on the way is not watched', async () => {
  figures.plays(0)
  figures.passes(0)
  figures.passes(900)
  figures.passes(900.25)
  await pass(30_000)
  expect(parts()).toEqual([])
})

test('what happened is told every half minute, once', async () => {
  await pass(1200)
  figures.plays(0)
  figures.shows(720, 0)
  figures.shows(720, 1)
  await pass(1000)
  figures.stalls()
  await pass(2500)
  figures.plays(4)
  figures.completes(990)
  figures.completes(995)
  await pass(30_000)
  expect(sent[0]?.events).toEqual([
    { type: 'start', atSeconds: 1.2, positionSeconds: 0, value: 1.2 },
    { type: 'quality', atSeconds: 1.2, positionSeconds: 0, value: 720 },
    { type: 'stall', atSeconds: 4.7, positionSeconds: 4, value: 2.5 },
    { type: 'complete', atSeconds: 4.7, positionSeconds: 990 },
  ])
  await pass(60_000)
  expect(sent).toHaveLength(1)
})

test('what did not arrive is told again, and the end by a request that outlives the page', async () => {
  arrives = false
  figures.plays(0)
  await pass(30_000)
  arrives = true
  figures.stops(40, true)
  await pass(0)
  expect(sent.at(-1)).toMatchObject({ leaving: true, events: [{ type: 'start' }, { type: 'stop' }] })
})

test('who never saw a picture has nothing to tell', async () => {
  figures.stalls()
  figures.stops(0, true)
  await pass(60_000)
  expect(sent).toEqual([])
})
