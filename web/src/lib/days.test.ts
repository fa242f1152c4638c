import { expect, test } from 'vitest'
import { byDay, dayInWords } from './days'

const at = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString()

test('what happened is gathered by the day it happened on', () => {
  const days = byDay([at(30, 23), at(30, 0), at(29, 23)], (one) => one)
  expect(days.map(({ day, items }) => [day.getDate(), items.length])).toEqual([
    [30, 2],
    [29, 1],
  ])
})

test('a day is said as people say it', () => {
  const now = new Date(2026, 10, 30, 0, 5)
  const said = (day: Date) => [dayInWords(day, 'pt-BR', now), dayInWords(day, 'en', now)]
  expect(said(new Date(2026, 10, 30))).toEqual(['Hoje', 'Today'])
  expect(said(new Date(2026, 10, 29))).toEqual(['Ontem', 'Yesterday'])
  expect(said(new Date(2026, 10, 27))).toEqual(['Sexta-feira, 27 de novembro', 'Friday, November 27'])
  expect(said(new Date(2025, 11, 1))).toEqual(['Segunda-feira, 1 de dezembro de 2025', 'Monday, December 1, 2025'])
})
