import Hls, { LoaderContextType, type LoadStats, type XhrLoader } from 'hls.js'
import { delay, HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { arrived, multivariant, readBy } from '../../../test/hls'
import { Folder, loaderOf } from './hlsLoader'

const anywhere = { 'Access-Control-Allow-Origin': '*' }
const server = setupServer(
  http.get('*/player.m3u8', () =>
    HttpResponse.text(multivariant([{ id: 'video/360', height: 360, bandwidth: 700_000 }]), { headers: anywhere }),
  ),
)
beforeAll(() => server.listen())
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const policy = { maxTimeToFirstByteMs: 9000, maxLoadTimeMs: 9000, timeoutRetry: null, errorRetry: null }

/** Loads a segment as hls.js does, with its own loader under ours. */
function load(Loader: typeof XhrLoader, url: string): Promise<LoadStats> {
  const loader = new Loader(Hls.DefaultConfig)
  return new Promise((resolve, reject) =>
    loader.load(
      { url, type: LoaderContextType.MEDIA_FRAGMENT, responseType: 'arraybuffer' },
      { loadPolicy: policy, timeout: 9000, maxRetry: 0, retryDelay: 0, maxRetryDelay: 0 },
      {
        onSuccess: (_, stats) => resolve(stats as LoadStats),
        onError: ({ code, text }) => reject(new Error(`${code} ${text}`)),
        onTimeout: () => reject(new Error('timed out')),
      },
    ),
  )
}

describe('a segment that was made while it was waited for', () => {
  const held = 400
  const bytes = new Uint8Array(100_000)
  const answer = (headers: Record<string, string>) =>
    server.use(
      http.get('*/seg.m4s', async () => {
        await delay(held)
        return HttpResponse.arrayBuffer(bytes.buffer, { headers: { ...anywhere, ...headers } })
      }),
    )
  const estimates = async (origin: string) => {
    const folder = new Folder()
    folder.move(`${origin}/media/t/player.m3u8`)
    const loader = loaderOf(folder)
    const hls = await readBy({ loader }, `${origin}/media/t/player.m3u8`)
    const stats = await load(loader, `${origin}/media/t/video/360/seg.m4s`)
    arrived(hls, 0, stats)
    const said = { bandwidth: hls.bandwidthEstimate, firstByte: hls.ttfbEstimate }
    hls.destroy()
    return said
  }

  for (const origin of [location.origin, 'http://media.example']) {
    const across = origin === location.origin ? 'from our own server' : 'from another origin'
    const shared = { 'Access-Control-Expose-Headers': 'Server-Timing' }

    test(`counts as a wait for the line when nothing says otherwise, ${across}`, async () => {
      answer(shared)
      const { firstByte } = await estimates(origin)
      expect(firstByte).toBeGreaterThan(held * 0.9)
    })

    test(`says nothing of the line, ${across}`, async () => {
      answer({ 'Server-Timing': `cache;dur=1, made;dur=${held}`, ...shared })
      const { bandwidth, firstByte } = await estimates(origin)
      expect(firstByte).toBeLessThan(held / 2)
      // 100 kB within what a busy machine takes for them, not within the time they took to be made.
      expect(bandwidth).toBeGreaterThan((bytes.length * 8000) / held)
    })
  }
})

test('requests follow the newest ticket, whichever playlist named them', async () => {
  const seen: string[] = []
  server.use(
    http.get('*/seg.m4s', ({ request }) => {
      seen.push(new URL(request.url).pathname)
      return HttpResponse.arrayBuffer(new ArrayBuffer(8))
    }),
  )
  const folder = new Folder()
  folder.move('/media/first/player.m3u8')
  const loader = loaderOf(folder)
  await load(loader, `${location.origin}/media/first/video/360/seg.m4s`)
  folder.move('/media/second/player.m3u8')
  await load(loader, `${location.origin}/media/first/video/360/seg.m4s`)
  folder.move('/media/third/player.m3u8')
  await load(loader, `${location.origin}/media/first/video/360/seg.m4s`)
  await load(loader, `${location.origin}/media/second/video/360/seg.m4s`)
  await load(loader, `${location.origin}/elsewhere/seg.m4s`)
  expect(seen).toEqual([
    '/media/first/video/360/seg.m4s',
    '/media/second/video/360/seg.m4s',
    '/media/third/video/360/seg.m4s',
    '/media/third/video/360/seg.m4s',
    '/elsewhere/seg.m4s',
  ])
})
