// What the stand-in server knows of what a profile watched: the row to go on with, its history, one film.
import { HttpResponse, http } from 'msw'
import type { Movie } from '@/api/types'
import type { Going } from '@/api/watch'
import { cardOf } from './catalogue.ts'

type Refuse = (status: number, code: string) => Response

/** A film that was begun, as the server would tell of it: 31 minutes are left where nothing else is said. */
export function aGoing(film: Movie | string, over: Partial<Going> = {}): Going {
  const movie = typeof film === 'string' ? undefined : cardOf(film)
  const videoId = over.videoId ?? movie?.videoId ?? 'video-1'
  const title = typeof film === 'string' ? film : film.title
  return {
    videoId,
    era: '',
    kind: 'watching',
    positionSeconds: 6000,
    durationSeconds: 7860,
    finished: false,
    lastWatchedAt: '2026-11-20T12:00:00Z',
    video: { id: videoId, title },
    movie,
    part: movie && 'current',
    ...over,
  }
}

export function whatWasWatched(refuse: Refuse) {
  const state = {
    /** All that was watched, the last first. */
    films: [] as Going[],
    perPage: 60,
    /** The bodies of reports, by video. */
    reports: [] as { videoId: string; state?: string; positionSeconds: number }[],
    gone: [] as Going[],
  }
  const done = () => new HttpResponse(null, { status: 204 })
  const take = (films: Going[], away: (film: Going) => boolean) => {
    state.gone.push(...films.filter(away))
    state.films = films.filter((film) => !away(film))
  }
  const handlers = [
    http.get('*/api/watch/continue', () =>
      HttpResponse.json({ items: state.films.filter((film) => film.kind === 'watching' && !film.finished) }),
    ),
    http.get('*/api/watch/history', ({ request }) => {
      const from = Number(new URL(request.url).searchParams.get('cursor') ?? 0)
      const to = from + state.perPage
      return HttpResponse.json({
        items: state.films.slice(from, to),
        nextCursor: to < state.films.length ? String(to) : undefined,
      })
    }),
    http.delete('*/api/watch/history', () => {
      state.films = []
      return done()
    }),
    http.get('*/api/watch/:id', ({ params }) => {
      const film = state.films.find((one) => one.videoId === params.id)
      if (film) return HttpResponse.json({ ...film, video: undefined, movie: undefined })
      return HttpResponse.json({
        videoId: params.id,
        era: '',
        kind: 'watching',
        positionSeconds: 0,
        durationSeconds: 0,
        finished: false,
        lastWatchedAt: '0001-01-01T00:00:00Z',
      })
    }),
    http.delete('*/api/watch/:id', ({ params, request }) => {
      if (!state.films.some((one) => one.videoId === params.id)) return refuse(404, 'not_found')
      if (new URL(request.url).searchParams.get('from') === 'history') {
        take(state.films, (one) => one.videoId === params.id)
      } else {
        for (const one of state.films) if (one.videoId === params.id) one.kind = 'removed'
      }
      return done()
    }),
    http.put('*/api/watch/:id', async ({ params, request }) => {
      const body = (await request.json()) as { positionSeconds: number; state?: string }
      state.reports.push({ videoId: String(params.id), ...body })
      const known = [...state.films, ...state.gone].find((one) => one.videoId === params.id)
      if (known) {
        const now = { ...known, kind: 'watching' as const, positionSeconds: body.positionSeconds }
        state.films = [now, ...state.films.filter((one) => one.videoId !== params.id)]
      }
      return done()
    }),
    http.post('*/api/watch/:id/take', done),
  ]
  return { state, handlers }
}
