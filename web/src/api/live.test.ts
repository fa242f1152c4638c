import { beforeEach, expect, test } from 'vitest'
import { aVideo } from '../../test/backend'
import { apply } from './live'
import { createQueries } from './queries'
import { video, videos } from './videos'

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
