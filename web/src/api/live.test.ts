import { beforeEach, expect, test } from 'vitest'
import { aVideo } from '../../test/backend'
import { apply } from './live'
import { createQueries } from './queries'
import { ladder, video, videos } from './videos'

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
  apply(queries, { type: 'video.changed', video: aVideo({ id: 'a', title: 'A2', createdAt: '2026-11-01T00:00:00Z' }) })
  expect(titles()).toEqual(['B', 'A2'])
  expect(queries.getQueryData(video('a').queryKey)?.title).toBe('A2')
})

test('a new film comes first', () => {
  apply(queries, { type: 'video.changed', video: aVideo({ id: 'c', title: 'C', createdAt: '2026-11-03T00:00:00Z' }) })
  expect(titles()).toEqual(['C', 'B', 'A'])
})

test('an old film of a page not loaded yet does not push itself in', () => {
  apply(queries, { type: 'video.changed', video: aVideo({ id: 'z', title: 'Z', createdAt: '2025-01-01T00:00:00Z' }) })
  expect(titles()).toEqual(['B', 'A'])
})

test('a deleted film leaves every list', () => {
  apply(queries, { type: 'video.deleted', id: 'b' })
  expect(titles()).toEqual(['A'])
})

test('what more of a film plays is known at once to whoever watches it, and costs nobody else anything', () => {
  const rung = (id: string, ready: number[][]) => ({
    id,
    rung: 720,
    height: 720,
    width: 1280,
    bandwidth: 1,
    instant: false,
    ready,
  })
  queries.setQueryData(ladder('a').queryKey, [rung('video/720', [[0, 8]]), rung('video/360', [[0, 600]])])
  apply(queries, {
    type: 'video.ranges',
    id: 'a',
    renditions: [
      { id: 'video/720', ready: [[0, 60]] },
      { id: 'audio/0-pt', ready: [[0, 600]] },
    ],
  })
  expect(queries.getQueryData(ladder('a').queryKey)?.map(({ id, ready }) => [id, ready])).toEqual([
    ['video/720', [[0, 60]]],
    ['video/360', [[0, 600]]],
  ])
  apply(queries, { type: 'video.ranges', id: 'b', renditions: [{ id: 'video/720', ready: [[0, 60]] }] })
  expect(queries.getQueryState(ladder('b').queryKey)).toBeUndefined()
})
