import { expect, test } from 'vitest'
import { partsOf } from './useLines'

const grid = { lines: 10, columns: 3, pitch: 100, gap: 20, count: 29 }

test('lines that are not in the page leave their place, less the gap that follows', () => {
  expect(partsOf([4, 5], grid)).toEqual([
    { from: 0, to: 12, height: 380 },
    { from: 12, to: 15, height: 0 },
    { from: 15, to: 18, height: 0 },
    { from: 18, to: 30, height: 380 },
  ])
})

test('a line far away that holds the focus stays, and the last one is as long as it is', () => {
  expect(partsOf([0, 9], grid)).toEqual([
    { from: 0, to: 3, height: 0 },
    { from: 3, to: 27, height: 780 },
    { from: 27, to: 29, height: 0 },
  ])
})

test('all places together are as high as all lines', () => {
  for (const shown of [[], [0], [3, 4, 9], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]) {
    const parts = partsOf(shown, grid)
    const high = parts.reduce((sum, { height }) => sum + (height || grid.pitch - grid.gap) + grid.gap, -grid.gap)
    expect(high).toBe(grid.lines * grid.pitch - grid.gap)
  }
})
