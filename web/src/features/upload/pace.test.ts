import { expect, test } from 'vitest'
import { type Pace, paced, secondsLeft } from './pace'

/** Steps of progress, as [seconds it took, how much it made], and what was shown every second meanwhile. */
function watch(steps: readonly (readonly [seconds: number, made: number])[], from = 0) {
  let pace: Pace = paced(undefined, from, 0)
  let [now, progress] = [0, from]
  const shown: { now: number; left: number | undefined }[] = []
  for (const [seconds, made] of steps) {
    const end = now + seconds
    for (let second = Math.ceil(now); second < end; second++)
      shown.push({ now: second, left: secondsLeft(pace, second) })
    now = end
    progress += made
    pace = paced(pace, progress, now)
  }
  return { pace, now, shown, left: (at = now) => secondsLeft(pace, at) }
}
const even = (count: number, seconds: number, made: number) =>
  Array.from({ length: count }, () => [seconds, made] as const)

test('even progress is foretold exactly, and counted down between its steps', () => {
  const { left, now } = watch(even(10, 4, 0.02))
  expect(left()).toBeCloseTo(160)
  expect(left(now + 3)).toBeCloseTo(157)
})

test('nothing is foretold from the first step, which may have begun long before it was seen', () => {
  expect(watch(even(1, 4, 0.02)).left()).toBeUndefined()
  expect(watch(even(2, 4, 0.02)).left()).toBeCloseTo(192)
})

test('what is shown never jumps, however unevenly the work goes', () => {
  // The same twenty minutes of work in steps of 1 to 9 seconds, some doing little and some much.
  const steps = Array.from({ length: 240 }, (_, index) => [1 + ((index * 7) % 9), 1 / 240] as const)
  const total = steps.reduce((sum, [seconds]) => sum + seconds, 0)
  const { shown } = watch(steps)
  const told = shown.filter((one): one is { now: number; left: number } => one.left !== undefined && one.now > 60)
  expect(told.length).toBeGreaterThan(1000)
  for (const [index, { now, left }] of told.entries()) {
    const truth = total - now
    expect(Math.abs(left - truth)).toBeLessThan(truth * 0.25 + 10)
    const before = told[index - 1]
    if (before) expect(Math.abs(left - before.left)).toBeLessThan(before.left * 0.03 + 3)
  }
})

test('work that becomes half as fast is foretold anew, bit by bit', () => {
  const { left } = watch([...even(40, 2, 0.005), ...even(60, 4, 0.005)])
  // Half is left at a step of half a percent every four seconds.
  expect(left()).toBeGreaterThan(340)
  expect(left()).toBeLessThan(440)
})

test('while the work is put aside the clock stops, and after long enough nothing is said', () => {
  const { left, now } = watch(even(10, 4, 0.02))
  expect(left(now + 20)).toBe(left(now + 8))
  expect(left(now + 39)).toBe(left(now + 8))
  expect(left(now + 41)).toBeUndefined()
})

test('hearing of the same progress again changes nothing', () => {
  const { pace, now } = watch(even(10, 4, 0.02))
  expect(paced(pace, pace.progress, now + 2)).toBe(pace)
})

test('work that begins again is foretold from its own steps', () => {
  const { pace, now } = watch(even(10, 4, 0.05))
  expect(secondsLeft(paced(pace, 0, now + 1), now + 1)).toBeUndefined()
})
