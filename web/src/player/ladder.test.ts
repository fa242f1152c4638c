import { describe, expect, test } from 'vitest'
import { allowedRungs, pickLevel, type Rung, readyAhead, tallestFirst } from './ladder'

const film = 7200
const rung = (height: number, ...ready: [number, number][]): Rung => ({
  id: `video/${height}`,
  name: height,
  height,
  width: 0,
  bandwidth: 0,
  instant: false,
  ready,
})
const source = (height: number): Rung => ({ ...rung(height), id: 'video/source', instant: true })

test('a rung counts as ready only when the whole next minute is', () => {
  expect(readyAhead(rung(720, [0, 59]), 0, film)).toBe(false)
  expect(readyAhead(rung(720, [0, 60]), 0, film)).toBe(true)
  expect(readyAhead(rung(720, [0, 40], [41, 600]), 0, film)).toBe(false)
  expect(readyAhead(rung(720, [100, 600]), 300, film)).toBe(true)
})

test('near the end, ready to the end is enough', () => {
  expect(readyAhead(rung(720, [0, film]), film - 5, film)).toBe(true)
})

test('the file’s own picture is ready everywhere', () => {
  expect(readyAhead(source(1080), 5000, film)).toBe(true)
})

describe('what automatic quality may choose among', () => {
  const at = (position: number, screenHeight = 2160) => ({ position, duration: film, screenHeight })

  test('never has a hole ahead', () => {
    const rungs = [rung(360, [0, film]), rung(720, [0, 500]), rung(1080, [0, 30])]
    expect(allowedRungs(rungs, at(0))).toEqual(new Set(['video/360', 'video/720']))
    expect(allowedRungs(rungs, at(480))).toEqual(new Set(['video/360']))
  })

  test('may have holes between: the file’s own picture above rungs still being made', () => {
    const rungs = [rung(360, [0, 300]), rung(480), rung(720, [0, 20]), source(1080)]
    expect(allowedRungs(rungs, at(0))).toEqual(new Set(['video/360', 'video/source']))
    expect(allowedRungs(rungs, at(3000))).toEqual(new Set(['video/source']))
  })

  test('has no more lines than the screen', () => {
    const rungs = [rung(360, [0, film]), rung(720, [0, film]), rung(1080, [0, film])]
    expect(allowedRungs(rungs, at(0, 500))).toEqual(new Set(['video/360', 'video/720']))
  })

  test('on a small screen still has the tall rung while nothing shorter fills it', () => {
    expect(allowedRungs([rung(360), source(1080)], at(0, 300))).toEqual(new Set(['video/source']))
    expect(allowedRungs([rung(360, [0, film]), rung(480), source(1080)], at(0, 438))).toEqual(
      new Set(['video/360', 'video/source']),
    )
  })

  test('is nothing while nothing is ready', () => {
    expect(allowedRungs([rung(1080), rung(360)], at(0))).toEqual(new Set())
  })
})

describe('the next level', () => {
  const levels = (...allowed: number[]) =>
    [500_000, 1_000_000, 3_000_000, 6_000_000].map((bitrate, index) => ({
      allowed: allowed.includes(index),
      failing: false,
      bitrate,
    }))

  test('is the one wanted when it is allowed', () => {
    expect(pickLevel(levels(0, 1, 2, 3), 2, 10_000_000)).toBe(2)
  })

  test('is the next allowed one below when the wanted one is not', () => {
    expect(pickLevel(levels(0, 3), 2, 10_000_000)).toBe(0)
    expect(pickLevel(levels(1, 2), 3, 10_000_000)).toBe(2)
  })

  test('is the only allowed one, though taller than wanted, on a line that carries it', () => {
    expect(pickLevel(levels(3), 1, 6_500_000)).toBe(3)
  })

  test('is the only allowed one while nothing is known of the line', () => {
    expect(pickLevel(levels(3), 1, undefined)).toBe(3)
  })

  test('is the lowest when the line cannot carry what is allowed', () => {
    expect(pickLevel(levels(3), 1, 2_000_000)).toBe(0)
  })

  test('is the lowest when nothing is allowed', () => {
    expect(pickLevel(levels(), 3, 50_000_000)).toBe(0)
  })

  test('is not one that would not load, but the lowest rather', () => {
    const some = levels(0, 3)
    if (some[3]) some[3].failing = true
    expect(pickLevel(some, 3, 50_000_000)).toBe(0)
    if (some[0]) some[0].failing = true
    expect(pickLevel(some, 3, 50_000_000)).toBe(0)
  })
})

test('a menu goes from the tallest down, the file’s own picture before the one made like it', () => {
  expect(tallestFirst([rung(360), rung(1080), source(1080), rung(720)]).map(({ id }) => id)).toEqual([
    'video/source',
    'video/1080',
    'video/720',
    'video/360',
  ])
})
