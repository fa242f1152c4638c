import { expect, test } from 'vitest'
import type { MovieCard } from '@/api/types'
import { nextOf } from './useNext'

const film = (id: string, videoId?: string) => ({ id, videoId, playable: videoId !== undefined }) as MovieCard

test('the next of a collection comes after a film, else what is recommended, and only what can be watched', () => {
  const [one, two, three] = [film('1', 'a'), film('2'), film('3', 'c')]
  const other = film('9', 'z')
  expect(nextOf('1', [one, two, three], [other])).toBe(three)
  expect(nextOf('3', [one, two, three], [film('8'), other])).toBe(other)
  expect(nextOf('7', [], [film('7', 'x'), other])).toBe(other)
  expect(nextOf('7', [], [film('8')])).toBeUndefined()
})

test('of a collection that does not hold the film nothing is taken for what follows', () => {
  expect(nextOf('7', [film('1', 'a')], [])).toBeUndefined()
})
