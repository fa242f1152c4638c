import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { hear } from '@/api/watchPlaces'
import type { Report } from '@/api/watchPost'
import { Figures } from './figures'
import { Reporter } from './reporter'
import { DeviceViewing } from './viewing'

const playing = {
  videoId: 'film',
  profileId: 'ana',
  sessionId: 'here',
  durationSeconds: 6000,
  era: '1000.first',
  resumeAtSeconds: 600,
}
let said: (Report & { leaving: boolean })[]
let video: HTMLVideoElement & { currentTime: number }
let viewing: DeviceViewing
let stop: () => void

/** An element as far as it matters here: where it stands, and whether it plays. */
function anElement() {
  const element = document.createElement('video')
  const state = { currentTime: 0, paused: true, ended: false, seeking: false, readyState: 4, videoHeight: 720 }
  for (const name of Object.keys(state) as (keyof typeof state)[])
    Object.defineProperty(element, name, {
      get: () => state[name],
      set: (value) => Object.assign(state, { [name]: value }),
    })
  element.pause = () => {
    state.paused = true
    element.dispatchEvent(new Event('pause'))
  }
  element.play = async () => plays()
  return element
}

const happens = (name: string) => video.dispatchEvent(new Event(name))
function plays(at = video.currentTime) {
  Object.assign(video, { currentTime: at, paused: false })
  happens('playing')
}
function seeks(to: number) {
  video.currentTime = to
  happens('seeking')
  happens('seeked')
}
const lines = () => said.map(({ positionSeconds, state, leaving }) => [positionSeconds, state, leaving])

beforeEach(() => {
  vi.useFakeTimers()
  said = []
  const mail = { keep: (one: Report, leaving = false) => void said.push({ ...one, leaving }), unsent: () => undefined }
  const figures = new Figures(playing, async () => true)
  viewing = new DeviceViewing(playing, new Reporter(playing, mail), figures)
  video = anElement()
  stop = viewing.attach(video)
})
afterEach(() => {
  stop()
  vi.useRealTimers()
})

test('who only opened a film has not watched it', () => {
  happens('seeking')
  happens('seeked')
  dispatchEvent(new Event('pagehide'))
  stop()
  expect(said).toEqual([])
})

test('it is said when it plays, every five seconds while it does, when it pauses and when it is left', () => {
  plays(600)
  video.currentTime = 605
  vi.advanceTimersByTime(5000)
  video.currentTime = 608
  video.pause()
  vi.advanceTimersByTime(60_000)
  stop()
  expect(lines()).toEqual([
    [600, 'playing', false],
    [605, 'playing', false],
    [608, 'paused', false],
    [608, 'stopped', false],
  ])
})

test('a viewer’s seek back begins an era, and one of ours does not', () => {
  plays(600)
  viewing.takeFrom(590)
  happens('seeking')
  happens('seeked')
  vi.advanceTimersByTime(5000)
  expect(said.at(-1)).toMatchObject({ era: '1000.first', positionSeconds: 590, sought: false })
  seeks(300)
  expect(said.at(-1)).toMatchObject({ positionSeconds: 300, sought: true })
  expect(said.at(-1)?.era).toMatch(/\.here$/)
})

test('watching again from the end begins an era at the start', () => {
  plays(5990)
  Object.assign(video, { currentTime: 6000, paused: true, ended: true })
  happens('ended')
  expect(said.at(-1)).toMatchObject({ positionSeconds: 6000, state: 'paused', era: '1000.first' })
  Object.assign(video, { ended: false })
  seeks(0)
  plays(0)
  expect(said.at(-1)).toMatchObject({ positionSeconds: 0, state: 'playing' })
  expect(said.at(-1)?.era).toMatch(/\.here$/)
})

test('on the way out it is said by what outlives the page, and a page that comes back goes on', () => {
  plays(600)
  dispatchEvent(new Event('pagehide'))
  expect(lines().at(-1)).toEqual([600, 'stopped', true])
  video.currentTime = 605
  vi.advanceTimersByTime(5000)
  expect(lines().at(-1)).toEqual([605, 'playing', false])
})

test('an element that is filled anew stands where it was', () => {
  plays(600)
  video.currentTime = 610
  vi.advanceTimersByTime(5000)
  Object.assign(video, { currentTime: 0, readyState: 0 })
  vi.advanceTimersByTime(5000)
  expect(said.at(-1)).toMatchObject({ positionSeconds: 610, era: '1000.first' })
})

test('taken by another device it pauses and says exactly where; what does not play has nothing to give', () => {
  expect(viewing.yield()).toBe(false)
  plays(600)
  video.currentTime = 601.5
  expect(viewing.yield()).toBe(true)
  expect(video.paused).toBe(true)
  expect(lines().at(-1)).toEqual([601.5, 'paused', false])
  expect(viewing.yield()).toBe(false)
})

test('what is told of its playing after it was taken changes nothing', () => {
  plays(600)
  viewing.onPlays = vi.fn()
  viewing.yield()
  happens('playing')
  vi.advanceTimersByTime(60_000)
  expect(viewing.onPlays).not.toHaveBeenCalled()
  expect(said.at(-1)?.state).toBe('paused')
})

test('taken over, the first picture is where the other device stopped, though it says so late', () => {
  viewing.takeFrom(700)
  viewing.correct(700.4) // which nobody notices
  expect(viewing.startAt).toBe(700)
  viewing.correct(703)
  expect(viewing.startAt).toBe(703)
  plays(700) // where the engine was told to begin
  expect(video.currentTime).toBe(703)
})

test('it hears of other devices as long as it is watched', () => {
  plays(600)
  const moved = {
    type: 'watch.position' as const,
    videoId: 'film',
    deviceId: 'phone',
    device: '',
    kind: 'watching' as const,
    positionSeconds: 10,
    durationSeconds: 6000,
    at: new Date().toISOString(),
  }
  hear({ ...moved, era: '2000.phone' })
  vi.advanceTimersByTime(5000)
  expect(said.at(-1)?.era).toBe('2000.phone')
})
