import shaka from 'shaka-player/dist/shaka-player.dash-es2021.js'
import { expect, test } from 'vitest'
import { troubleOf } from './shaka'

const { Category, Code, Severity } = shaka.util.Error
const failed = (code: number, ...data: unknown[]) =>
  new shaka.util.Error(Severity.CRITICAL, Category.NETWORK, code, ...data)
const answered = (status: number) => failed(Code.BAD_HTTP_STATUS, '/media/t/manifest.mpd', status)

test('a film the server refuses, or puts off for long, is given up in words', () => {
  expect([404, 500, 503].map((status) => troubleOf(answered(status)))).toEqual(['media', 'media', 'media'])
})

test('a server that is away is asked again, and a ticket that ran out is renewed', () => {
  expect([502, 504].map((status) => troubleOf(answered(status)))).toEqual(['network', 'network'])
  expect([401, 403, 410].map((status) => troubleOf(answered(status)))).toEqual(['expired', 'expired', 'expired'])
  // These tell of no status, but of what was asked for.
  expect(troubleOf(failed(Code.TIMEOUT, '/media/t/manifest.mpd', 403))).toBe('network')
  expect(troubleOf(failed(Code.HTTP_ERROR, '/media/t/manifest.mpd', new TypeError(), 1))).toBe('network')
})

test('what is not the server’s doing is no network', () => {
  expect(troubleOf(new shaka.util.Error(Severity.CRITICAL, Category.MANIFEST, Code.DASH_INVALID_XML))).toBe(
    'unsupported',
  )
  expect(troubleOf(new TypeError())).toBe('media')
})
