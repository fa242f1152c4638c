import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Outbox } from './watchOutbox'
import type { Report } from './watchPost'

const era = (at: number) => `${at}.playing-1`
const t0 = Date.parse('2026-11-30T12:00:00Z')

const aReport = (over: Partial<Report> = {}): Report => ({
  videoId: 'film',
  profileId: 'ana',
  era: era(1000),
  positionSeconds: 10,
  durationSeconds: 600,
  observedAt: Date.now(),
  sessionId: 'playing-1',
  counter: 1,
  sought: false,
  state: 'playing',
  after: '',
  ...over,
})

type Sent = { videoId: string; keepalive: boolean; positionSeconds: number; era?: string; counter: number }
let sent: Sent[]
/** What the server does; it is there and keeps everything until a test says otherwise. */
let answer: (body: Sent, signal: AbortSignal) => Promise<Response> | Response
const kept = () => new Response(null, { status: 204 })
const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ status, code }), { status, headers })
const unreachable = () => Promise.reject(new TypeError('Failed to fetch'))
const hangs = (_: unknown, signal: AbortSignal) =>
  new Promise<Response>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))

const stored = () => Object.keys(localStorage).filter((key) => key.startsWith('kk.watch.'))
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)
const positions = () => sent.map((one) => one.positionSeconds)

let outbox: Outbox
function anOutbox(profile: string | null = 'ana') {
  outbox = new Outbox()
  outbox.speakFor(profile)
  return outbox
}

beforeEach(() => {
  vi.useFakeTimers({ now: t0 })
  sent = []
  answer = kept
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    const request = input as Request
    const body = { ...(await request.clone().json()), videoId: new URL(request.url).pathname.split('/').at(-1) }
    sent.push({ ...body, keepalive: request.keepalive })
    return answer(body, request.signal)
  })
})
afterEach(() => {
  outbox.stop()
  vi.useRealTimers()
})

test('what is reported is sent at once, and leaves the storage when it is acknowledged', async () => {
  let acknowledge = (_: Response) => {}
  answer = () => new Promise((resolve) => (acknowledge = resolve))
  anOutbox().keep(aReport())
  await pass(0)
  expect(positions()).toEqual([10])
  expect(stored()).toEqual(['kk.watch.ana.film'])
  acknowledge(kept())
  await pass(0)
  expect(stored()).toEqual([])
})

test('what changed while it was on its way stays, and goes after it', async () => {
  const answers: ((response: Response) => void)[] = []
  answer = () => new Promise((resolve) => answers.push(resolve))
  anOutbox().keep(aReport())
  await pass(0)
  outbox.keep(aReport({ positionSeconds: 15, counter: 2 }))
  outbox.keep(aReport({ positionSeconds: 20, counter: 3 }))
  await pass(0)
  expect(positions()).toEqual([10])
  answers[0]?.(kept())
  await pass(0)
  expect(positions()).toEqual([10, 20])
  expect(stored()).toHaveLength(1)
  answers[1]?.(kept())
  await pass(0)
  expect(stored()).toEqual([])
})

test('several reports of a film are one, by the rule', async () => {
  answer = unreachable
  anOutbox().keep(aReport({ positionSeconds: 300 }))
  outbox.keep(aReport({ positionSeconds: 20, era: era(2000), counter: 2 }))
  outbox.keep(aReport({ positionSeconds: 500, era: era(1000), counter: 1, sessionId: 'another-tab' }))
  outbox.keep(aReport({ positionSeconds: 18, era: era(2000), counter: 3 }))
  expect(JSON.parse(localStorage.getItem('kk.watch.ana.film') ?? '')).toMatchObject({
    era: era(2000),
    positionSeconds: 20,
    counter: 3,
  })
  expect(outbox.unsent('ana', 'film')).toMatchObject({ position: 20, era: { at: 2000 } })
})

describe('without a network', () => {
  test('it is tried again so that the server has it within five seconds of its return, whenever that is', async () => {
    for (let away = 100; away < 30_000; away += 1370) {
      sent = []
      answer = unreachable
      anOutbox().keep(aReport())
      await pass(away)
      answer = kept
      const before = sent.length
      await pass(5000)
      expect(sent.length, `away for ${away} ms`).toBeGreaterThan(before)
      expect(stored()).toEqual([])
      outbox.stop()
    }
  })

  test('one that swallows everything is given up on and tried anew within five seconds too', async () => {
    for (let away = 100; away < 20_000; away += 730) {
      answer = hangs
      anOutbox().keep(aReport())
      await pass(away)
      answer = kept
      await pass(5000)
      expect(stored(), `away for ${away} ms`).toEqual([])
      outbox.stop()
    }
  })

  test('it is tried at once when the browser says that there is one', async () => {
    answer = unreachable
    anOutbox().keep(aReport())
    await pass(60_000)
    answer = kept
    dispatchEvent(new Event('online'))
    await pass(300)
    expect(stored()).toEqual([])
  })

  test('nobody asks more often than about every three seconds', async () => {
    answer = unreachable
    anOutbox().keep(aReport())
    await pass(60_000)
    expect(sent.length).toBeLessThan(27)
  })

  test('it outlives the page, and days', async () => {
    answer = unreachable
    anOutbox().keep(aReport({ positionSeconds: 77 }))
    await pass(1000)
    outbox.stop()
    vi.setSystemTime(t0 + 5 * 86_400_000)
    sent = []
    answer = kept
    anOutbox()
    await pass(300)
    expect(positions()).toEqual([77])
    expect(stored()).toEqual([])
  })
})

test('it is sent under the profile that watched it, and under no other', async () => {
  answer = unreachable
  anOutbox('ana').keep(aReport({ positionSeconds: 42 }))
  await pass(0)
  outbox.speakFor('bia')
  sent = []
  answer = kept
  await pass(20_000)
  expect(sent).toEqual([])
  outbox.speakFor(null)
  await pass(20_000)
  expect(sent).toEqual([])
  expect(stored()).toHaveLength(1)
  outbox.speakFor('ana')
  await pass(300)
  expect(positions()).toEqual([42])
  expect(stored()).toEqual([])
})

test('what the server cannot take now waits; what it never will is let go', async () => {
  anOutbox()
  answer = () => problem(429, 'too_many', { 'Retry-After': '8' })
  outbox.keep(aReport())
  await pass(7900)
  expect(sent).toHaveLength(1)
  await pass(300)
  expect(sent).toHaveLength(2)
  answer = () => problem(409, 'other_profile')
  await pass(9000)
  expect(stored()).toHaveLength(1)
  answer = () => problem(404, 'not_found')
  await outbox.flush()
  expect(stored()).toEqual([])
})

describe('an era that the server will not have', () => {
  const tooLate = era(t0 + 100 * 86_400_000)
  const serverTime = 'Mon, 23 Nov 2026 12:00:00 GMT'
  const refuse = (body: Sent) =>
    body.era === tooLate ? problem(422, 'bad_era', { Date: serverTime }) : new Response(null, { status: 204 })

  test('is begun anew by its time, after what it told last, and whoever plays hears of it', async () => {
    answer = refuse
    const rebased: string[] = []
    anOutbox().onRebased((report, now) => rebased.push(`${report.era} ${now}`))
    outbox.keep(aReport({ era: tooLate }))
    await pass(10)
    const anew = `${Date.parse(serverTime)}.playing-1`
    expect(sent.map((one) => one.era)).toEqual([tooLate, anew])
    expect(rebased).toEqual([`${tooLate} ${anew}`])
    expect(stored()).toEqual([])
    outbox.keep(aReport({ era: tooLate, after: era(Date.parse(serverTime) + 1000) }))
    await pass(10)
    expect(sent.at(-1)?.era).toBe(era(Date.parse(serverTime) + 1001))
  })

  test('is not begun anew for ever', async () => {
    answer = () => problem(422, 'bad_era', { Date: serverTime })
    anOutbox().keep(aReport({ era: tooLate }))
    await pass(60_000)
    expect(sent.length).toBeLessThan(4)
    expect(stored()).toEqual([])
  })
})

describe('storage', () => {
  test('that is full or forbidden is done without', async () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new DOMException('no', 'SecurityError')
    })
    answer = unreachable
    anOutbox().keep(aReport({ positionSeconds: 33 }))
    outbox.keep(aReport({ positionSeconds: 38, counter: 2 }))
    await pass(3000)
    sent = []
    answer = kept
    await pass(5000)
    expect(positions()).toEqual([38])
  })

  test('holds a hundred films and no more: the oldest go', () => {
    answer = unreachable
    anOutbox(null)
    for (let i = 0; i < 130; i++) outbox.keep(aReport({ videoId: `film-${i}`, observedAt: t0 + i }))
    expect(stored()).toHaveLength(100)
    expect(localStorage.getItem('kk.watch.ana.film-29')).toBeNull()
    expect(localStorage.getItem('kk.watch.ana.film-30')).not.toBeNull()
  })

  test('in which somebody wrote nonsense stops nothing', async () => {
    localStorage.setItem('kk.watch.ana.broken', '{"era":"x"')
    localStorage.setItem('kk.watch.ana.worse', '{"era":"1.a","videoId":7}')
    localStorage.setItem('kk.watch.ana.film', JSON.stringify(aReport()))
    anOutbox()
    await pass(300)
    expect(sent.map((one) => one.videoId)).toEqual(['film'])
    expect(stored()).toEqual([])
  })
})

test('on the way out it goes by a request that outlives the page, though another is under way', async () => {
  answer = hangs
  anOutbox().keep(aReport())
  await pass(0)
  answer = kept
  outbox.keep(aReport({ positionSeconds: 12, counter: 2, state: 'stopped' }), true)
  await pass(0)
  expect(sent.map(({ positionSeconds, keepalive }) => [positionSeconds, keepalive])).toEqual([
    [10, false],
    [12, true],
  ])
  expect(stored()).toEqual([])
})

describe('the live connection', () => {
  const calls: unknown[] = []
  beforeEach(() => calls.splice(0))
  const call = async (method: string, data: unknown) => calls.push([method, data])

  test('carries what its own profile watched', async () => {
    anOutbox().goThrough(call, 'ana')
    outbox.keep(aReport())
    await pass(0)
    expect(calls).toEqual([
      ['watch', expect.objectContaining({ videoId: 'film', positionSeconds: 10, era: era(1000) })],
    ])
    expect([sent, stored()]).toEqual([[], []])
    outbox.goThrough(call, 'bia')
    outbox.keep(aReport())
    await pass(0)
    expect([calls.length, sent.length]).toEqual([1, 1])
  })

  test('that does not answer is done without', async () => {
    anOutbox().goThrough(() => Promise.reject({ code: 1, message: 'timeout' }), 'ana')
    outbox.keep(aReport())
    await pass(0)
    expect(positions()).toEqual([10])
    expect(stored()).toEqual([])
  })

  test('refuses as HTTP does', async () => {
    anOutbox().goThrough(() => Promise.reject({ code: 404, message: 'not_found' }), 'ana')
    outbox.keep(aReport())
    await pass(0)
    expect([sent, stored()]).toEqual([[], []])
    outbox.goThrough(() => Promise.reject({ code: 503, message: 'not_kept' }), 'ana')
    outbox.keep(aReport())
    await pass(0)
    expect(stored()).toHaveLength(1)
  })

  test('that hangs when another is there is left for it', async () => {
    answer = hangs
    anOutbox().goThrough(() => new Promise(() => {}), 'ana')
    outbox.keep(aReport())
    await pass(1000)
    void outbox.flush()
    outbox.goThrough(call, 'ana')
    await pass(300)
    expect(calls).toHaveLength(1)
    expect(stored()).toEqual([])
  })

  test('sends what waited as soon as it is there', async () => {
    answer = hangs
    anOutbox().keep(aReport())
    await pass(1000)
    outbox.goThrough(call, 'ana')
    await pass(300)
    expect(calls).toHaveLength(1)
    expect(stored()).toEqual([])
  })
})

test('without an era what was said last counts, and that the viewer went there is not lost', async () => {
  answer = unreachable
  anOutbox().keep(aReport({ era: undefined, positionSeconds: 100 }))
  outbox.keep(aReport({ era: undefined, positionSeconds: 20, sought: true, counter: 2 }))
  outbox.keep(aReport({ era: undefined, positionSeconds: 25, counter: 3 }))
  await pass(0)
  sent = []
  answer = kept
  await pass(5000)
  expect(sent).toEqual([expect.objectContaining({ positionSeconds: 25, sought: true })])
  expect(sent[0]).not.toHaveProperty('era')
  expect(outbox.unsent('ana', 'film')).toBeUndefined()
})
