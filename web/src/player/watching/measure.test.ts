import { beforeEach, expect, test, vi } from 'vitest'
import type { Measure } from '@/api/types'
import { Figures } from './figures'
import { measurePlaying } from './measure'

let kept: Measure[]
beforeEach(() => {
  kept = []
})

const keep = (measure: Measure) => void kept.push(measure)
const noted = () => Object.fromEntries(kept.map(({ name, value }) => [name, value]))
const element = (over: object = {}) => Object.assign(document.createElement('video'), over)

test('a playing is told in numbers: its start, what stood still, the bits it showed, the pictures it did not', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  try {
    const figures = new Figures({ videoId: 'f', sessionId: 's', durationSeconds: 1000 }, async () => true)
    vi.advanceTimersByTime(400)
    figures.plays(0)
    figures.shows(360, 0)
    for (let at = 0; at <= 10; at++) figures.passes(at)
    figures.shows(720, 10)
    for (let at = 11; at <= 40; at++) figures.passes(at)
    figures.stalls()
    vi.advanceTimersByTime(10_000)
    figures.plays(40)
    const frames = { totalVideoFrames: 1000, droppedVideoFrames: 25 }
    const video = element({ getVideoPlaybackQuality: () => frames })
    const bandwidths = new Map([
      [360, 1_000_000],
      [720, 3_000_000],
    ])
    measurePlaying(video, figures.quality, bandwidths, false, keep)
    expect(noted()).toEqual({ failed: 0, start: 0.4, stalled: 0.2, bitrate: 2_500_000, dropped: 0.025 })
    figures.stops(40, true)
  } finally {
    vi.useRealTimers()
  }
})

test('of a playing that showed nothing there is only whether it failed', () => {
  measurePlaying(element(), undefined, new Map(), true, keep)
  expect(noted()).toEqual({ failed: 1 })
  kept = []
  measurePlaying(element(), undefined, new Map(), false, keep)
  expect(noted()).toEqual({})
})
