import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { aStream, aVideo } from '../../test/backend'
import { take } from './liveMessages'
import { createQueries } from './queries'
import type { Stream } from './types'
import { growth, video, videos } from './videos'

const queries = createQueries()
const titles = () => queries.getQueryData(videos.queryKey)?.pages.flatMap((page) => page.items.map((one) => one.title))

beforeEach(() => {
  queries.clear()
  queries.setQueryData(videos.queryKey, {
    pageParams: [undefined],
    pages: [
      {
        items: [
          aVideo({ id: 'b', title: 'B', createdAt: '2026-11-02T00:00:00Z' }),
          aVideo({ id: 'a', title: 'A', createdAt: '2026-11-01T00:00:00Z' }),
        ],
      },
    ],
  })
})

test('a film that changed changes wherever it is shown', () => {
  take(queries, { type: 'video.changed', video: aVideo({ id: 'a', title: 'A2', createdAt: '2026-11-01T00:00:00Z' }) })
  expect(titles()).toEqual(['B', 'A2'])
  expect(queries.getQueryData(video('a').queryKey)?.title).toBe('A2')
})

test('a new film comes first', () => {
  take(queries, { type: 'video.changed', video: aVideo({ id: 'c', title: 'C', createdAt: '2026-11-03T00:00:00Z' }) })
  expect(titles()).toEqual(['C', 'B', 'A'])
})

test('an old film of a page not loaded yet does not push itself in', () => {
  take(queries, { type: 'video.changed', video: aVideo({ id: 'z', title: 'Z', createdAt: '2025-01-01T00:00:00Z' }) })
  expect(titles()).toEqual(['B', 'A'])
})

test('a deleted film leaves every list', () => {
  take(queries, { type: 'video.deleted', id: 'b' })
  expect(titles()).toEqual(['A'])
})

describe('the first page', () => {
  const asksAgain = () => {
    vi.advanceTimersByTime(1000)
    return queries.getQueryState(['home'])?.isInvalidated
  }
  const changed = (over: object) =>
    take(queries, {
      type: 'video.changed',
      video: aVideo({ id: 'a', title: 'A', createdAt: '2026-11-01T00:00:00Z', ...over }),
    })
  beforeEach(() => {
    vi.useFakeTimers()
    queries.setQueryData(['home'], { rows: [], stale: false })
  })
  afterEach(() => vi.useRealTimers())

  test('is asked for again when a film plays now, is of another title, or is gone', () => {
    changed({ playable: false })
    expect(asksAgain()).toBe(true)
    queries.setQueryData(['home'], { rows: [], stale: false })
    changed({ playable: false, film: { movieId: 'film-2', part: 'current' } })
    expect(asksAgain()).toBe(true)
    queries.setQueryData(['home'], { rows: [], stale: false })
    take(queries, { type: 'video.deleted', id: 'a' })
    expect(asksAgain()).toBe(true)
  })

  test('is left alone while a film is merely further on', () => {
    changed({ progress: 0.4 })
    changed({ progress: 0.5 })
    expect(asksAgain()).toBe(false)
  })
})

describe('a film that grows while somebody watches it', () => {
  const rung = (id: string, ready: number[][]) => ({
    id,
    rung: 720,
    height: 720,
    width: 1280,
    bandwidth: 1,
    instant: false,
    ready,
  })
  const open = aStream({ renditions: [rung('video/720', [[0, 8]]), rung('video/360', [[0, 600]])], chapters: [] })
  const grown = { renditions: [], subtitles: [], chapters: 0, thumbnails: false }
  const held = () => queries.getQueryState<Stream>(growth('a', open.sessionId).queryKey)

  beforeEach(() => queries.setQueryData(growth('a', open.sessionId).queryKey, open))

  test('is known to play further at once, and costs nobody else anything', () => {
    take(queries, {
      type: 'video.grown',
      id: 'a',
      ...grown,
      renditions: [
        { id: 'video/720', ready: [[0, 60]] },
        { id: 'audio/0-pt', ready: [[0, 600]] },
      ],
    })
    expect(held()?.data?.renditions?.map(({ id, ready }) => [id, ready])).toEqual([
      ['video/720', [[0, 60]]],
      ['video/360', [[0, 600]]],
    ])
    expect(held()?.isInvalidated).toBe(false)
    take(queries, { type: 'video.grown', id: 'b', ...grown })
    expect(queries.getQueriesData({ queryKey: ['growth', 'b'] })).toEqual([])
  })

  test.each([
    ['subtitles', { subtitles: ['0-pt'] }],
    ['chapters', { chapters: 3 }],
    ['small pictures', { thumbnails: true }],
  ])('is asked about when it has %s now', (_, more) => {
    take(queries, { type: 'video.grown', id: 'a', ...grown, ...more })
    expect(held()?.isInvalidated).toBe(true)
  })
})
