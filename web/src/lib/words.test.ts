import { expect, test } from 'vitest'
import { bytes } from './bytes'
import { remember } from './remember'
import { clock, length } from './time'

test('a position reads like a clock', () => {
  expect([4, 754, 7860, Number.NaN, -3].map(clock)).toEqual(['0:04', '12:34', '2:11:00', '0:00', '0:00'])
})

test('a length reads like people say it', () => {
  expect([0, 45, 60, 3600, 7860, 3599].map(length)).toEqual(['1 s', '45 s', '1 min', '1 h', '2 h 11 min', '1 h'])
})

test('sizes are rounded to what can be read, with the language’s comma', () => {
  expect(bytes(512, 'en')).toBe('512 B')
  expect(bytes(1_530_000, 'en')).toBe('1.5 MB')
  expect(bytes(1_530_000, 'pt-BR')).toBe('1,5 MB')
  expect(bytes(734_000_000, 'en')).toBe('734 MB')
  expect(bytes(3_200_000_000_000, 'en')).toBe('3.2 TB')
})

test('a choice is remembered, and broken storage is no error', () => {
  const choice = remember('test', 1)
  expect(choice.get()).toBe(1)
  choice.set(2)
  expect(remember('test', 1).get()).toBe(2)
  localStorage.setItem('test', '{broken')
  expect(choice.get()).toBe(1)
})
