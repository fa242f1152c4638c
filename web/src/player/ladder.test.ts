import { expect, test } from 'vitest'
import { nameOf, type Rung, readyAhead, tallestAllowed } from './ladder'

const film = 7200
const rung = (height: number, ...ready: [number, number][]): Rung => ({
  id: `video/${height}`,
  name: height,
  height,
  width: 0,
  bandwidth: 0,
  ready,
})

test('a rung counts as ready only when the whole next minute is', () => {
  expect(readyAhead(rung(720, [0, 59]), 0, film)).toBe(false)
  expect(readyAhead(rung(720, [0, 60]), 0, film)).toBe(true)
  expect(readyAhead(rung(720, [0, 40], [41, 600]), 0, film)).toBe(false)
  expect(readyAhead(rung(720, [100, 600]), 300, film)).toBe(true)
})

test('near the end, ready to the end is enough', () => {
  expect(readyAhead(rung(720, [0, film]), film - 5, film)).toBe(true)
})

test('automatic quality never climbs onto a rung with a hole ahead', () => {
  const rungs = [rung(360, [0, film]), rung(720, [0, 500]), rung(1080, [0, 30])]
  expect(tallestAllowed(rungs, { position: 0, duration: film, screenHeight: 2160 })).toBe(720)
  expect(tallestAllowed(rungs, { position: 480, duration: film, screenHeight: 2160 })).toBe(360)
})

test('automatic quality does not send more lines than the screen has', () => {
  const rungs = [rung(360, [0, film]), rung(720, [0, film]), rung(1080, [0, film])]
  expect(tallestAllowed(rungs, { position: 0, duration: film, screenHeight: 500 })).toBe(720)
})

test('with nothing ready yet, the shortest rung is asked for', () => {
  expect(tallestAllowed([rung(1080), rung(360)], { position: 0, duration: film, screenHeight: 1080 })).toBe(360)
})

test('a small screen still gets the tall rung when it alone is ready', () => {
  const rungs = [rung(360), rung(1080, [0, film])]
  expect(tallestAllowed(rungs, { position: 0, duration: film, screenHeight: 300 })).toBe(360)
})

test('a wide film’s rung keeps its usual name', () => {
  expect(nameOf(536, [{ ...rung(536), name: 720 }])).toBe(720)
  expect(nameOf(800, [])).toBe(800)
})
