import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { flush, flushWhenLeft, note, screenOf } from './rum'

let sent: { url: string; body: Blob }[]
const asked = (name: string, value: unknown) => Object.defineProperty(navigator, name, { value, configurable: true })

beforeEach(() => {
  sent = []
  asked('sendBeacon', (url: string, body: Blob) => {
    sent.push({ url, body })
    return true
  })
})
afterEach(() => {
  flush()
  for (const name of ['globalPrivacyControl', 'doNotTrack', 'sendBeacon']) asked(name, undefined)
  vi.restoreAllMocks()
})

const read = async () => JSON.parse((await sent.at(-1)?.body.text()) ?? '{}')

test('what was measured is sent together when the page goes out of sight, and once', async () => {
  const stop = flushWhenLeft()
  note({ name: 'lcp', value: 0.8, screen: 'home' })
  note({ name: 'start', value: 0.4, screen: 'watch' })
  expect(sent).toHaveLength(0)
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  document.dispatchEvent(new Event('visibilitychange'))
  document.dispatchEvent(new Event('visibilitychange'))
  expect(sent).toHaveLength(1)
  expect(sent[0]).toMatchObject({ url: '/api/rum', body: { type: 'application/json' } })
  expect(await read()).toEqual({
    measures: [
      { name: 'lcp', value: 0.8, screen: 'home' },
      { name: 'start', value: 0.4, screen: 'watch' },
    ],
  })
  stop()
})

test('what a player says while the page is being left goes too', async () => {
  const stop = flushWhenLeft()
  dispatchEvent(new Event('pagehide'))
  sent = []
  note({ name: 'start', value: 0.4, screen: 'watch' })
  note({ name: 'failed', value: 0, screen: 'watch' })
  await Promise.resolve()
  expect(sent).toHaveLength(1)
  expect((await read()).measures).toHaveLength(2)
  stop()
})

test('whoever asked not to be tracked sends nothing', () => {
  for (const [name, value] of [
    ['globalPrivacyControl', true],
    ['doNotTrack', '1'],
  ] as const) {
    asked(name, value)
    note({ name: 'lcp', value: 0.8 })
    flush()
    asked(name, undefined)
  }
  expect(sent).toHaveLength(0)
})

test('what is no number is not sent, nor more than the server takes at once', async () => {
  for (const value of [Number.NaN, -1, Number.POSITIVE_INFINITY]) note({ name: 'bitrate', value })
  flush()
  expect(sent).toHaveLength(0)
  for (let i = 0; i < 80; i++) note({ name: 'inp', value: i })
  flush()
  expect((await read()).measures).toHaveLength(50)
})

test('screens are named without what they show', () => {
  expect(['/', '/title/019b', '/watch/1?engine=shaka', '/people', '/signin', '/search'].map(screenOf)).toEqual([
    'home',
    'title',
    'watch',
    'operator',
    'door',
    'search',
  ])
})
