import { type ErrorData, Events } from 'hls.js'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { multivariant, readBy } from '../../../test/hls'
import { failureOf, opening, playlists, segments } from './hlsPatience'

const server = setupServer(
  http.get('*/player.m3u8', () =>
    HttpResponse.text(multivariant([{ id: 'video/360', height: 360, bandwidth: 700_000 }])),
  ),
)
beforeAll(() => server.listen())
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

/** What hls.js does about a level's playlist that is answered like this, one answer after the other. */
async function meeting(...answers: (() => Response)[]) {
  let asked = 0
  const last = answers.length - 1
  server.use(http.get('*/index.m3u8', () => answers[Math.min(asked++, last)]?.()))
  const config = { manifestLoadPolicy: opening, playlistLoadPolicy: playlists, fragLoadPolicy: segments }
  const hls = await readBy(config, `${location.origin}/media/t/player.m3u8`)
  const errors: ErrorData[] = []
  const end = await new Promise<'loaded' | 'gave up'>((resolve) => {
    hls.on(Events.LEVEL_LOADED, () => resolve('loaded'))
    hls.on(Events.ERROR, (_, error) => {
      errors.push(error)
      if (error.fatal) resolve('gave up')
    })
    hls.startLoad()
  })
  hls.destroy()
  return { end, asked, failures: errors.map(failureOf), fatal: errors.map(({ fatal }) => fatal) }
}
const playlist = () => HttpResponse.text('#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\na.m4s\n#EXT-X-ENDLIST\n')
const refuse = (status: number) => () => new HttpResponse(null, { status })

test('a server that is away is asked again until it is back', async () => {
  expect(await meeting(HttpResponse.error, refuse(502), playlist)).toEqual({
    end: 'loaded',
    asked: 3,
    failures: ['network', 'network'],
    fatal: [false, false],
  })
})

test('a ticket that ran out is told as such, and no level is blamed', async () => {
  expect(await meeting(refuse(403), playlist)).toEqual({
    end: 'loaded',
    asked: 2,
    failures: ['expired'],
    fatal: [false],
  })
})

test('a server that is busy is asked again, and is not away', async () => {
  expect(await meeting(refuse(503), playlist)).toEqual({
    end: 'loaded',
    asked: 2,
    failures: ['busy'],
    fatal: [false],
  })
})

test('a server that will not is neither away nor busy', async () => {
  expect((await meeting(refuse(404), playlist)).failures).toEqual(['refused'])
  expect((await meeting(refuse(500), playlist)).failures).toEqual(['refused'])
})
