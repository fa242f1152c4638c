import { screen, waitFor } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { beforeEach, expect, test, vi } from 'vitest'
import { put } from '@/api/videos'
import { aVideo } from '../../../test/backend'
import { aBackend, visit } from '../../../test/visit'

// How a film plays is the player's business and has its own tests; this screen's is whether it may.
vi.mock('@/player', () => ({ Player: ({ title }: { title: string }) => <p>Playing {title}</p> }))

const here = aBackend()
beforeEach(() => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
})

const stream = {
  sessionId: 's',
  hlsUrl: '/media/t/v/playlist.m3u8',
  dashUrl: '/media/t/v/manifest.mpd',
  durationSeconds: 600,
  resumeAtSeconds: 0,
  renditions: [],
  audio: [],
  subtitles: [],
  chapters: [],
  expiresAt: '2030-01-01T00:00:00Z',
}
const answer = (reply: () => Response) => here.server.use(http.get('*/api/videos/:id/stream', reply))

test('a film that may be played plays, and names the tab', async () => {
  here.backend.state.videos = [aVideo({ id: 'a', title: 'Sertão Azul' })]
  answer(() => HttpResponse.json(stream))
  visit('/watch/a')
  expect(await screen.findByText('Playing Sertão Azul')).toBeVisible()
  await waitFor(() => expect(document.title).toBe('Sertão Azul · KKMovies'))
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
