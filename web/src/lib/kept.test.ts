import { afterEach, expect, test, vi } from 'vitest'
import { forgetKept } from './kept'

const forgotten: string[] = []
const cachesOf = { delete: async (name: string) => forgotten.push(name) > 0 }

afterEach(() => {
  vi.unstubAllGlobals()
  forgotten.length = 0
})

test('a page that no worker stands behind forgets what was kept', () => {
  vi.stubGlobal('caches', cachesOf)
  forgetKept()
  expect(forgotten).toEqual(['kk.answers', 'kk.pictures'])
})

test('a page leaves that to the worker behind it, which knows already who came', () => {
  vi.stubGlobal('caches', cachesOf)
  vi.stubGlobal('navigator', { serviceWorker: { controller: {} } })
  forgetKept()
  expect(forgotten).toEqual([])
})
