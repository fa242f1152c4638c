import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  compareEras,
  type Era,
  eraText,
  isBegun,
  isFinished,
  isUnfinished,
  join,
  type Kind,
  type Mark,
  nextEra,
  parseEra,
  resume,
} from './watchRule'

// The server's table: it answers the same to the same questions, or one of the two is wrong.
type WireMark = { era: string; kind: Kind; position: number; duration: number; at: number }
const cases = JSON.parse(readFileSync('../internal/watch/testdata/cases.json', 'utf8')) as {
  read: { text: string; at: number; by: string }[]
  refused: string[]
  order: string[]
  next: { why: string; era: string; now: number; by: string; next: string }[]
  join: { why: string; a: WireMark; b: WireMark; both: WireMark }[]
  judged: { why: string; mark: WireMark; credits: number; finished: boolean; begun: boolean; unfinished: boolean }[]
  resumed: { why: string; mark: WireMark; credits: number; now: number; by: string; position: number; era: string }[]
}

const era = (text: string): Era => {
  const read = parseEra(text)
  if (!read) throw new Error(`no era: ${text}`)
  return read
}
const mark = (wire: WireMark): Mark => ({ ...wire, era: era(wire.era) })

describe('an era', () => {
  test.each(cases.read)('$text is read and written alike', ({ text, at, by }) => {
    expect(parseEra(text)).toEqual({ at, by })
    expect(eraText({ at, by })).toBe(text)
  })
  test.each(cases.refused)('%j is none', (text) => expect(parseEra(text)).toBeUndefined())
  test('comes before another, the same for all', () => {
    const order = cases.order.map(era)
    order.forEach((a, i) => {
      order.forEach((b, j) => {
        expect(Math.sign(compareEras(a, b))).toBe(Math.sign(i - j))
      })
    })
  })
  test.each(cases.next)('is begun: $why', ({ era: known, now, by, next }) => {
    expect(eraText(nextEra(era(known), now, by))).toBe(next)
  })
})

test.each(cases.join)('two marks are one: $why', ({ a, b, both }) => {
  expect(join(mark(a), mark(b))).toEqual(mark(both))
  expect(join(mark(b), mark(a))).toEqual(mark(both))
  expect(join(mark(both), mark(a))).toEqual(mark(both))
})

test('marks are joined the same in whatever order they come', () => {
  const all = cases.join.flatMap(({ a, b }) => [mark(a), mark(b)])
  for (const a of all)
    for (const b of all) for (const c of all) expect(join(join(a, b), c)).toEqual(join(a, join(c, b)))
})

test.each(cases.judged)('a mark is judged: $why', ({ mark: wire, credits, finished, begun, unfinished }) => {
  const one = mark(wire)
  expect([isFinished(one, credits), isBegun(one), isUnfinished(one, credits)]).toEqual([finished, begun, unfinished])
})

test.each(cases.resumed)('a playing begins: $why', ({ mark: wire, credits, now, by, position, era: text }) => {
  const began = resume(mark(wire), now, by, credits)
  expect([began.position, eraText(began.era)]).toEqual([position, text])
})
