import { act, cleanup, screen, waitFor } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useLive } from '@/api/live'
import { take } from '@/api/liveMessages'
import { put } from '@/api/videos'
import type { PlayerProps } from '@/player/Player'
import { aStream, aVideo } from '../../../test/backend'
import { aBackend, visit } from '../../../test/visit'

// How a film plays is the player's business and has its own tests; this screen's is whether it may.
let shown: PlayerProps
vi.mock('@/player', async (actual) => ({
  ...(await actual<object>()),
  Player: (props: PlayerProps) => {
    shown = props
    return <p>Playing {props.title}</p>
  },
}))

const here = aBackend()
beforeEach(() => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
})

const stream = aStream()
const answer = (reply: () => Response) => here.server.use(http.get('*/api/videos/:id/stream', reply))

test('a film that may be played plays, and names the tab', async () => {
  here.backend.state.videos = [aVideo({ id: 'a', title: 'Sertão Azul' })]
  answer(() => HttpResponse.json(stream))
  visit('/watch/a')
  expect(await screen.findByText('Playing Sertão Azul')).toBeVisible()
  await waitFor(() => expect(document.title).toBe('Sertão Azul · KKMovies'))
})

test('the way back leads to what is told of the film, or to all of them where a video is of none', async () => {
  here.backend.state.videos = [
    aVideo({ id: 'a', film: { movieId: 'farol', part: 'current' } }),
    aVideo({ id: 'loose' }),
  ]
  answer(() => new HttpResponse(null, { status: 500 }))
  visit('/watch/a')
  expect(await screen.findByRole('link', { name: 'Back to the film' })).toHaveAttribute('href', '/title/farol')
  cleanup()
  visit('/watch/loose')
  expect(await screen.findByRole('link', { name: 'Back to the library' })).toHaveAttribute('href', '/')
})

test('a film that is still arriving says so, and opens by itself when it can be played', async () => {
  const film = aVideo({ id: 'a', title: 'Sertão Azul', status: 'processing' })
  here.backend.state.videos = [film]
  let playable = false
  answer(() => (playable ? HttpResponse.json(stream) : HttpResponse.json({ code: 'not_playable' }, { status: 409 })))
  const { queries } = visit('/watch/a')
  expect(await screen.findByRole('alert')).toHaveTextContent('still arriving')
  playable = true
  put(queries, { ...film, playable: true })
  expect(await screen.findByText('Playing Sertão Azul')).toBeVisible()
})

test('a film that could not be made is not said to be arriving, even when that is known only later', async () => {
  const film = aVideo({ id: 'a', title: 'Sertão Azul', status: 'processing' })
  here.backend.state.videos = [film]
  answer(() => HttpResponse.json({ code: 'not_playable' }, { status: 409 }))
  const { queries } = visit('/watch/a')
  expect(await screen.findByText(/still arriving/)).toBeVisible()
  put(queries, { ...film, status: 'failed' })
  expect(await screen.findByText(/could not be prepared/)).toBeVisible()
  expect(screen.getByRole('link', { name: 'Go to the library' })).toHaveAttribute('href', '/')
})

test('a film that is gone leads back to the library', async () => {
  answer(() => HttpResponse.json({ code: 'not_found' }, { status: 404 }))
  visit('/watch/gone')
  expect(await screen.findByText('This film is no longer here.')).toBeVisible()
  expect(screen.getByRole('link', { name: 'Go to the library' })).toHaveAttribute('href', '/')
})

test('when the film does not open, trying again opens it', async () => {
  here.backend.state.videos = [aVideo({ id: 'a', title: 'Sertão Azul' })]
  let down = true
  answer(() => (down ? HttpResponse.json({ code: 'boom' }, { status: 500 }) : HttpResponse.json(stream)))
  const { user } = visit('/watch/a')
  expect(await screen.findByRole('alert')).toHaveTextContent('did not open')
  down = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('Playing Sertão Azul')).toBeVisible()
})

describe('a film that is still being made', () => {
  const rung = (name: number, ...ready: [number, number][]) => ({
    id: `video/${name}`,
    rung: name,
    height: name,
    width: (name * 16) / 9,
    bandwidth: name * 3000,
    instant: false,
    ready,
  })
  const source = { ...rung(1080, [0, 600]), id: 'video/source', instant: true }
  const nothing = { renditions: [], subtitles: [], chapters: 0, thumbnails: false }
  let made = [rung(360, [0, 20]), source]
  let asked = 0
  const film = aVideo({ id: 'a', title: 'Sertão Azul', status: 'processing', playable: true })
  const ready = () => Object.fromEntries(shown.rungs.map((one) => [one.id, one.ready]))

  beforeEach(() => {
    asked = 0
    made = [rung(360, [0, 20]), source]
    here.backend.state.videos = [film]
    answer(() => {
      asked++
      return HttpResponse.json({ ...stream, renditions: made })
    })
    useLive.setState({ connected: true })
  })
  afterEach(() => {
    vi.useRealTimers()
    useLive.setState({ connected: false })
  })

  test('plays by the list of all that is planned, and the player knows what needs no making', async () => {
    visit('/watch/a')
    await screen.findByText('Playing Sertão Azul')
    expect(shown.source.player).toBe('/media/t/v/player.m3u8')
    expect(shown.rungs.map(({ id, name, instant }) => [id, name, instant])).toEqual([
      ['video/360', 360, false],
      ['video/source', 1080, true],
    ])
  })

  test('grows as the live channel tells, and is not asked about', async () => {
    const { queries } = visit('/watch/a')
    await screen.findByText('Playing Sertão Azul')
    act(() =>
      take(queries, { type: 'video.grown', id: 'a', ...nothing, renditions: [{ id: 'video/360', ready: [[0, 80]] }] }),
    )
    await waitFor(() => expect(ready()).toMatchObject({ 'video/360': [[0, 80]], 'video/source': [[0, 600]] }))
    expect(asked).toBe(1)
  })

  test('gets its subtitles and chapters as they come, each loaded once', async () => {
    const words = (ticket: number, ...ids: string[]) =>
      aStream({
        subtitles: ids.map((id) => ({
          id,
          language: 'pt-BR',
          label: '',
          forced: false,
          sdh: false,
          default: false,
          url: `/media/${ticket}/${id}.vtt`,
        })),
        chapters: ids.map((id) => ({ title: id, startSeconds: 0, endSeconds: 600 })),
      })
    answer(() => {
      asked++
      return HttpResponse.json(words(asked, ...['0-pt', '1-en'].slice(0, asked - 1)))
    })
    const { queries } = visit('/watch/a')
    await screen.findByText('Playing Sertão Azul')
    expect(shown.subtitles).toEqual([])
    act(() => take(queries, { type: 'video.grown', id: 'a', ...nothing, subtitles: ['0-pt'], chapters: 1 }))
    await waitFor(() => expect(shown.subtitles?.map((one) => one.url)).toEqual(['/media/2/0-pt.vtt']))
    act(() => take(queries, { type: 'video.grown', id: 'a', ...nothing, subtitles: ['0-pt', '1-en'], chapters: 2 }))
    await waitFor(() =>
      expect(shown.subtitles?.map((one) => one.url)).toEqual(['/media/2/0-pt.vtt', '/media/3/1-en.vtt']),
    )
    expect(shown.chapters?.map((one) => one.title)).toEqual(['0-pt', '1-en'])
    expect(shown.source.player).toBe('/media/t/v/player.m3u8')
    expect(asked).toBe(3)
  })

  test('is asked about every ten seconds while the live channel is away, until all of it is made', async () => {
    useLive.setState({ connected: false })
    vi.useFakeTimers({ shouldAdvanceTime: true })
    visit('/watch/a')
    await screen.findByText('Playing Sertão Azul')
    made = [rung(360, [0, 300]), source]
    await act(async () => void (await vi.advanceTimersByTimeAsync(10_000)))
    await waitFor(() => expect(ready()).toMatchObject({ 'video/360': [[0, 300]] }))
    expect(asked).toBe(2)
    expect(shown.source.player).toBe('/media/t/v/player.m3u8')
    made = [rung(360, [0, 600]), source]
    await act(async () => void (await vi.advanceTimersByTimeAsync(10_000)))
    await waitFor(() => expect(ready()).toMatchObject({ 'video/360': [[0, 600]] }))
    await act(async () => void (await vi.advanceTimersByTimeAsync(60_000)))
    expect(asked).toBe(3)
  })

  test('is ready everywhere once it is whole, whatever was heard last', async () => {
    const { queries } = visit('/watch/a')
    await screen.findByText('Playing Sertão Azul')
    act(() => put(queries, { ...film, status: 'ready' }))
    await waitFor(() => expect(ready()).toMatchObject({ 'video/360': [[0, 600]] }))
  })
})

test('without the live channel, a film that is still arriving is asked about until it plays', async () => {
  const film = aVideo({ id: 'a', title: 'Sertão Azul', status: 'processing' })
  here.backend.state.videos = [film]
  answer(() =>
    here.backend.state.videos[0]?.playable
      ? HttpResponse.json(stream)
      : HttpResponse.json({ code: 'not_playable' }, { status: 409 }),
  )
  vi.useFakeTimers({ shouldAdvanceTime: true })
  try {
    visit('/watch/a')
    expect(await screen.findByRole('alert')).toHaveTextContent('still arriving')
    here.backend.state.videos = [{ ...film, playable: true }]
    await act(async () => void (await vi.advanceTimersByTimeAsync(4000)))
    expect(await screen.findByText('Playing Sertão Azul')).toBeVisible()
  } finally {
    vi.useRealTimers()
  }
})
