import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { forgetServerTime } from './watchClock'
import { deviceId } from './watchDevice'
import { forgetPlaces, hear, type Moved, placeElsewhere, placeNow, useHeard, usePlayingElsewhere } from './watchPlaces'

const t0 = Date.parse('2026-11-30T12:00:00Z')
const moved = (over: Partial<Moved> = {}): Moved => ({
  type: 'watch.position',
  videoId: 'film',
  deviceId: 'phone',
  device: 'Chrome on Android',
  era: '1000.a',
  kind: 'watching',
  positionSeconds: 100,
  durationSeconds: 6000,
  state: 'playing',
  at: new Date(Date.now()).toISOString(),
  ...over,
})

beforeEach(() => {
  vi.useFakeTimers({ now: t0 })
  forgetServerTime()
  forgetPlaces()
})
afterEach(() => {
  forgetPlaces()
  forgetServerTime()
  vi.useRealTimers()
})

const elsewhere = () => renderHook(usePlayingElsewhere).result

test('what plays on another device is shown, until it pauses or is not heard of any more', () => {
  const shown = elsewhere()
  act(() => hear(moved()))
  expect(shown.current.map((one) => [one.videoId, one.device])).toEqual([['film', 'Chrome on Android']])
  act(() => hear(moved({ state: 'paused' })))
  expect(shown.current).toEqual([])
  act(() => hear(moved()))
  act(() => void vi.advanceTimersByTime(15_000))
  expect(shown.current).toHaveLength(1)
  act(() => void vi.advanceTimersByTime(1100))
  expect(shown.current).toEqual([])
})

test('what plays on this one is not elsewhere', () => {
  const shown = elsewhere()
  act(() => hear(moved({ deviceId: deviceId() })))
  expect(shown.current).toEqual([])
})

test('what plays plays on since it was heard of, to its end', () => {
  hear(moved())
  vi.advanceTimersByTime(4000)
  const place = placeElsewhere('film')
  expect(place && placeNow(place)).toBe(104)
  hear(moved({ positionSeconds: 5999 }))
  vi.advanceTimersByTime(4000)
  expect(placeNow(placeElsewhere('film') ?? (place as never))).toBe(6000)
})

test('news that is old when it comes is old, whatever this device’s clock says', () => {
  const day = 86_400_000
  hear(moved({ videoId: 'another', at: new Date(t0 - day).toISOString() }))
  const shown = elsewhere()
  act(() => hear(moved({ videoId: 'another', at: new Date(t0 - day + 1000).toISOString() })))
  expect(shown.current.map((one) => one.videoId)).toEqual(['another'])
  act(() => hear(moved({ at: new Date(t0 - day - 60_000).toISOString() })))
  expect(shown.current.map((one) => one.videoId)).toEqual(['another'])
})

test('what is heard is joined by the rule', () => {
  const { result } = renderHook(() => useHeard('film'))
  act(() => hear(moved({ era: '2000.b', positionSeconds: 50 })))
  act(() => hear(moved({ era: '1000.a', positionSeconds: 900 })))
  expect(result.current).toMatchObject({ era: { at: 2000, by: 'b' }, position: 50 })
  act(() => hear(moved({ era: 'nonsense' })))
  expect(result.current?.position).toBe(50)
})
