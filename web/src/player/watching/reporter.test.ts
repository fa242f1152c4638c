import { beforeEach, describe, expect, test } from 'vitest'
import type { Moved } from '@/api/watchPlaces'
import type { Report } from '@/api/watchPost'
import { type Mark, parseEra } from '@/api/watchRule'
import { type Playing, Reporter } from './reporter'

const now = 1_764_489_600_000
let said: Report[]
let unsent: Mark | undefined
const mail = { keep: (report: Report) => void said.push(report), unsent: () => unsent }
const last = () => said.at(-1)

const playing = (over: Partial<Playing> = {}): Playing => ({
  videoId: 'film',
  profileId: 'ana',
  sessionId: 'here',
  durationSeconds: 6000,
  era: '1000.first',
  resumeAtSeconds: 600,
  ...over,
})
const moved = (over: Partial<Moved> = {}): Moved => ({
  type: 'watch.position',
  videoId: 'film',
  deviceId: 'phone',
  device: 'Chrome on Android',
  era: '2000.phone',
  kind: 'watching',
  positionSeconds: 100,
  durationSeconds: 6000,
  state: 'playing',
  at: '2026-11-30T12:00:00Z',
  ...over,
})
const mark = (era: string, position: number, over: Partial<Mark> = {}): Mark => ({
  era: parseEra(era) ?? { at: 0, by: '' },
  kind: 'watching',
  position,
  duration: 6000,
  at: now,
  ...over,
})
const aReporter = (over: Partial<Playing> = {}) => new Reporter(playing(over), mail, () => now)

beforeEach(() => {
  said = []
  unsent = undefined
})

test('a playing reports in its ticket’s era, and counts its reports', () => {
  const one = aReporter()
  expect(one.startAt).toBe(600)
  one.say(601, 'playing')
  one.say(606, 'paused')
  expect(said.map(({ era, positionSeconds, counter, state }) => [era, positionSeconds, counter, state])).toEqual([
    ['1000.first', 601, 1, 'playing'],
    ['1000.first', 606, 2, 'paused'],
  ])
})

test('a seek back begins an era later than all that is known; one forward does not', () => {
  const one = aReporter()
  one.say(700, 'playing')
  one.wentTo(900)
  one.say(900, 'playing')
  expect(last()).toMatchObject({ era: '1000.first', sought: true })
  one.hear(moved({ era: `${now + 5000}.phone`, positionSeconds: 4000 }))
  one.wentTo(650)
  one.say(650, 'paused')
  expect(last()).toMatchObject({ era: `${now + 5001}.here`, positionSeconds: 650, sought: true })
  one.say(655, 'playing')
  expect(last()).toMatchObject({ era: `${now + 5001}.here`, sought: false })
})

test('to the key frame before is no way back', () => {
  const one = aReporter()
  one.say(700, 'playing')
  one.wentTo(699.2)
  one.say(699.2, 'playing')
  expect(last()?.era).toBe('1000.first')
})

describe('a later era of another device', () => {
  test('is gone on in by who plays, from the next report on', () => {
    const one = aReporter()
    one.say(700, 'playing')
    one.hear(moved())
    one.say(705, 'playing')
    expect(last()).toMatchObject({ era: '2000.phone', positionSeconds: 705, after: '2000.phone' })
  })

  test('is not by who is paused, until they play', () => {
    const one = aReporter()
    one.say(700, 'paused')
    one.hear(moved())
    one.say(700, 'stopped')
    expect(last()?.era).toBe('1000.first')
    one.say(700, 'playing')
    expect(last()?.era).toBe('2000.phone')
  })

  test('is not when it is of another film, or earlier, or makes no sense', () => {
    const one = aReporter()
    one.hear(moved({ videoId: 'another' }))
    one.hear(moved({ era: '999.phone' }))
    one.hear(moved({ era: 'nonsense' }))
    one.say(700, 'playing')
    expect(last()?.era).toBe('1000.first')
  })

  test('that removes the film is none to go on in', () => {
    const one = aReporter()
    one.hear(moved({ deviceId: '', kind: 'removed', state: undefined }))
    one.say(705, 'playing')
    expect(last()?.era).toBe('1000.first')
  })
})

describe('what was watched here and never arrived', () => {
  test('is gone on from, where it is further', () => {
    unsent = mark('1000.first', 640)
    expect(aReporter().startAt).toBe(640)
    unsent = mark('3000.here', 20)
    const one = aReporter()
    expect(one.startAt).toBe(20)
    one.say(21, 'playing')
    expect(last()?.era).toBe('3000.here')
  })

  test('is not, where something later is known', () => {
    unsent = mark('999.here', 5000)
    expect(aReporter().startAt).toBe(600)
  })

  test('begins anew where it was the end', () => {
    unsent = mark('1000.first', 5990)
    const one = aReporter()
    expect(one.startAt).toBe(0)
    one.say(1, 'playing')
    expect(last()?.era).toBe(`${now}.here`)
  })
})

test('an era that the server would not have is another from then on', () => {
  const one = aReporter()
  one.say(700, 'playing')
  one.wentTo(10)
  one.say(10, 'playing')
  one.rebase(`${now}.here`, '5000.here')
  one.say(15, 'playing')
  expect(last()?.era).toBe('5000.here')
})

test('without an era in the ticket reports have none, until the server gave them one', () => {
  const one = aReporter({ era: undefined, resumeAtSeconds: 0 })
  one.say(5, 'playing')
  one.wentTo(2)
  one.say(2, 'playing')
  expect(last()).not.toHaveProperty('era')
  expect(last()?.sought).toBe(true)
  one.hear(moved({ era: '1500.server', deviceId: 'this one', positionSeconds: 2 }))
  one.say(7, 'playing')
  expect(last()?.era).toBe('1500.server')
})
