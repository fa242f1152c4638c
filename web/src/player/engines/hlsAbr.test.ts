import { ErrorDetails, Events, type default as Hls, LoadStats } from 'hls.js'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { arrived, multivariant, readBy } from '../../../test/hls'
import { abrAmong } from './hlsAbr'

const ladder = [
  { id: 'video/360', height: 360, bandwidth: 700_000 },
  { id: 'video/480', height: 480, bandwidth: 1_200_000 },
  { id: 'video/720', height: 720, bandwidth: 2_500_000 },
  { id: 'video/source', height: 1080, bandwidth: 6_000_000 },
]
const server = setupServer(
  http.get('*/player.m3u8', () => HttpResponse.text(multivariant(ladder))),
  http.get('*/index.m3u8', () => HttpResponse.text('#EXTM3U\n#EXTINF:4,\na.m4s\n#EXT-X-ENDLIST\n')),
)
beforeAll(() => server.listen())
afterAll(() => server.close())

let allowed: string[]
let hls: Hls
beforeEach(async () => {
  allowed = []
  const abrController = abrAmong((level) => allowed.some((id) => level.uri.includes(`/${id}/`)))
  const config = { abrController, abrEwmaDefaultEstimate: 5_000_000, errorPenaltyExpireMs: 30_000 }
  hls = await readBy(config, `${location.origin}/media/t/player.m3u8`)
})
afterEach(() => hls.destroy())

/** A segment came over a line of this many bits a second. */
function segment(level: number, line: number, bytes = 2_000_000) {
  const stats = new LoadStats()
  stats.loading = { start: 1000, first: 1020, end: 1020 + (bytes * 8000) / line }
  stats.loaded = stats.total = bytes
  arrived(hls, level, stats)
}
const next = () => ladder[hls.nextAutoLevel]?.id

test('with every level allowed, hls.js’s own choice stands', () => {
  allowed = ladder.map(({ id }) => id)
  expect(next()).toBe('video/720')
})

test('the first segment is of an allowed level, however little is known of the line', () => {
  allowed = ['video/source']
  expect(ladder[hls.firstAutoLevel]?.id).toBe('video/source')
  expect(ladder[hls.startLevel]?.id).toBe('video/source')
})

test('a fast line gets the best allowed level, over holes in the ladder', () => {
  allowed = ['video/360', 'video/source']
  for (let count = 0; count < 6; count++) segment(0, 50_000_000)
  expect(next()).toBe('video/source')
})

test('a line that becomes fast again is believed after a few small segments, and not after one out of a cache', () => {
  allowed = ladder.map(({ id }) => id)
  for (let count = 0; count < 6; count++) segment(0, 1_000_000, 300_000)
  expect(next()).toBe('video/360')
  segment(0, 5_000_000_000, 300_000)
  expect(next()).not.toBe('video/source')
  for (let count = 0; count < 3; count++) segment(0, 8_000_000, 300_000)
  expect(next()).not.toBe('video/360')
})

test('a line between two allowed levels gets the lower, though hls.js would take one that is not allowed', () => {
  allowed = ladder.map(({ id }) => id)
  for (let count = 0; count < 6; count++) segment(2, 6_000_000)
  expect(next()).toBe('video/720')
  allowed = ['video/360', 'video/source']
  expect(next()).toBe('video/360')
})

test('a level that becomes allowed is taken at the next segment, without being told', () => {
  allowed = ['video/360']
  for (let count = 0; count < 6; count++) segment(0, 50_000_000)
  expect(next()).toBe('video/360')
  allowed = ['video/360', 'video/720']
  expect(next()).toBe('video/720')
})

test('what the line cannot carry is left for the lowest level, which is made fastest', () => {
  allowed = ['video/source']
  for (let count = 0; count < 6; count++) segment(3, 2_000_000)
  expect(next()).toBe('video/360')
})

test('with nothing allowed the lowest level is asked for', () => {
  for (let count = 0; count < 6; count++) segment(0, 50_000_000)
  expect(next()).toBe('video/360')
})

test('an allowed level that would not load gives way to another for a while', () => {
  allowed = ['video/360', 'video/source']
  for (let count = 0; count < 6; count++) segment(0, 50_000_000)
  const source = hls.levels[3]
  if (!source) throw new Error('the playlist was read wrong')
  source.loadError = 1
  source.loadErrorTime = performance.now()
  expect(next()).toBe('video/360')
  source.loadErrorTime -= 31_000
  segment(0, 50_000_000)
  expect(next()).toBe('video/source')
})

describe('a segment that takes too long', () => {
  /** What comes of a segment that is asked for while the film waits for it, and of whatever happens to it. */
  const wait = (happens: (rule: Rule, frag: object) => void) => {
    vi.useFakeTimers()
    allowed = ['video/360', 'video/source']
    for (let count = 0; count < 6; count++) segment(3, 50_000_000)
    const waiting = { paused: false, playbackRate: 1, readyState: 1 }
    Object.defineProperty(hls, 'media', { value: waiting, configurable: true })
    Object.defineProperty(hls, 'mainForwardBufferInfo', { value: { len: 0 }, configurable: true })
    const stats = new LoadStats()
    stats.loading.start = performance.now()
    const frag = { type: 'main', sn: 2, level: 3, duration: 4, bitrate: 6_000_000, stats, abortRequests() {} }
    const { abrController: rule } = hls as unknown as { abrController: Rule }
    rule.onFragLoading(Events.FRAG_LOADING, { frag })
    happens(rule, frag)
    vi.advanceTimersByTime(6000)
    return next()
  }
  type Rule = Record<'onFragLoading' | 'onError', (name: string, data: object) => void>
  afterEach(() => void vi.useRealTimers())

  test('is given up for a lower level', () => {
    expect(wait(() => {})).toBe('video/360')
  })

  test('costs no quality when it is because the server is away', () => {
    const failed = { details: ErrorDetails.FRAG_LOAD_ERROR, fatal: false }
    expect(wait((rule, frag) => rule.onError(Events.ERROR, { ...failed, frag }))).toBe('video/source')
  })
})
