import { expect, test } from 'vitest'
import { beside } from './arrows'

const box = (left: number, top: number) => ({ left, top, right: left + 100, bottom: top + 150 })
const right: [number, number] = [1, 0]
const left: [number, number] = [-1, 0]
const down: [number, number] = [0, 1]
const up: [number, number] = [0, -1]

test('to the side, the next on the same line', () => {
  const line = [box(224, 0), box(112, 0), box(112, 200)]
  expect(beside(box(0, 0), line, right)).toBe(1)
  expect(beside(box(0, 0), line, left)).toBe(-1)
})

test('down, what stands most straight under it on the next line', () => {
  const under = [box(0, 200), box(224, 200), box(224, 400)]
  expect(beside(box(200, 0), under, down)).toBe(1)
  expect(beside(box(200, 400), under, up)).toBe(1)
})

test('at the edge there is nowhere to go', () => {
  expect(beside(box(0, 0), [box(112, 0)], up)).toBe(-1)
  expect(beside(box(0, 0), [], down)).toBe(-1)
})

test('a line that stands a little higher is the same line still', () => {
  expect(beside(box(0, 0), [box(112, 12)], down)).toBe(-1)
  expect(beside(box(0, 0), [box(112, 12)], right)).toBe(0)
})
