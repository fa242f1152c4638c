// What the stand-in server knows of films: rows, lists, search, one film, and what a profile thinks of it.
import { HttpResponse, http } from 'msw'
import type { HomeRow, Movie, MovieCandidate, MovieCard, MovieImport, Opinion, Suggestion, Video } from '@/api/types'

type Refuse = (status: number, code: string) => Response

const drama = { id: 18, name: 'Drama', names: { en: 'Drama', 'pt-BR': 'Drama' } }
export const crime = { id: 80, name: 'Crime', names: { en: 'Crime', 'pt-BR': 'Crime' } }
export const fantasy = { id: 14, name: 'Fantasy', names: { en: 'Fantasy', 'pt-BR': 'Fantasia' } }

/** A film as the server would tell all of it; only what a test cares about needs saying. */
export function aMovie(over: Partial<Movie> = {}): Movie {
  const title = over.title ?? 'O Farol de Vidro'
  return {
    id: 'film-1',
    version: 1,
    kind: 'movie',
    title,
    texts: { 'pt-BR': { title, overview: 'Um faroleiro guarda uma luz que ninguém mais vê.' } },
    year: 2021,
    released: '2021-03-04',
    runtimeMinutes: 131,
    genres: [drama],
    cast: [],
    directors: [],
    trailers: [],
    maturityRating: 12,
    voteAverage: 7.8,
    voteCount: 1200,
    videos: over.video ? [over.video] : [],
    createdAt: '2026-11-01T12:00:00Z',
    updatedAt: '2026-11-01T12:00:00Z',
    ...over,
  }
}

/** What rows show of a film. */
export function cardOf(film: Movie): MovieCard {
  const { id, title, year, runtimeMinutes, genres, maturityRating, voteAverage, voteCount, poster, backdrop, video } =
    film
  return {
    id,
    title,
    titles: Object.fromEntries(Object.entries(film.texts).map(([language, text]) => [language, text.title])),
    year,
    runtimeMinutes,
    genres,
    maturityRating,
    voteAverage,
    voteCount,
    poster,
    backdrop,
    posterUrl: poster ? undefined : video?.posterUrl,
    stillUrl: backdrop ? undefined : video?.stillUrl,
    stillBlurHash: video?.blurHash,
    videoId: video?.id,
    playable: video?.playable ?? false,
    durationSeconds: video?.durationSeconds,
  }
}

/** What there is of a film to watch. */
export function aPart(video: Video, over: Partial<NonNullable<Movie['video']>> = {}): NonNullable<Movie['video']> {
  const { id, title, status, playable, durationSeconds, width, height, posterUrl, stillUrl, blurHash } = video
  return {
    id,
    part: 'current',
    title,
    status,
    playable,
    durationSeconds,
    width,
    height,
    posterUrl,
    stillUrl,
    blurHash,
    ...over,
  }
}

export function aCatalogue(refuse: Refuse) {
  const state = {
    films: [] as Movie[],
    /** The rows of the first page; made of the films where a test says nothing. */
    rows: null as HomeRow[] | null,
    suggestions: [] as Suggestion[],
    opinions: new Map<string, Opinion>(),
    candidates: null as MovieCandidate[] | null,
    imports: [] as MovieImport[],
    stale: false,
  }
  const find = (id: unknown) => state.films.find((one) => one.id === id)
  const opinionOf = (id: unknown) => state.opinions.get(String(id)) ?? { listed: false, stars: 0 }
  const done = () => new HttpResponse(null, { status: 204 })
  const told = <Body extends object>(body: Body) =>
    HttpResponse.json(body, state.stale ? { headers: { 'X-Stale': 'true' } } : undefined)
  const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

  function page(films: Movie[], query: URLSearchParams) {
    const from = Number(query.get('cursor') ?? 0)
    const to = from + Number(query.get('limit') ?? 30)
    return { items: films.slice(from, to).map(cardOf), nextCursor: to < films.length ? String(to) : undefined }
  }
  function rows(): HomeRow[] {
    const all = state.films.map(cardOf)
    const listed = all.filter(({ id }) => opinionOf(id).listed)
    const made: HomeRow[] = [
      { id: 'trending', kind: 'trending', items: all.slice(0, 20) },
      { id: 'list', kind: 'list', items: listed },
    ]
    return made.filter(({ items }) => items.length > 0)
  }

  const handlers = [
    http.get('*/api/home', () => told({ rows: state.rows ?? rows() })),
    http.get('*/api/movies', ({ request }) => {
      const query = new URL(request.url).searchParams
      const genre = Number(query.get('genre'))
      const year = Number(query.get('year'))
      const films = state.films.filter(
        (one) => (!genre || one.genres.some(({ id }) => id === genre)) && (!year || one.year === year),
      )
      return told(page(films, query))
    }),
    http.get('*/api/movies/:id', ({ params }) => {
      const film = find(params.id)
      return film ? told(film) : refuse(404, 'not_found')
    }),
    http.patch('*/api/movies/:id', async ({ params, request }) => {
      const film = find(params.id)
      const { version, ...change } = (await request.json()) as { version: number; genres?: string[] }
      if (!film) return refuse(404, 'not_found')
      if (version !== film.version) return refuse(409, 'film_changed')
      const genres = change.genres?.map((name, place) => ({ id: place + 1, name, names: {} }))
      Object.assign(film, change, { version: version + 1, genres: genres ?? film.genres })
      return HttpResponse.json(film)
    }),
    ...(['poster', 'backdrop'] as const).map((kind) =>
      http.put(`*/api/movies/:id/${kind}`, async ({ params, request }) => {
        const film = find(params.id)
        const sent = await request.text()
        if (!film) return refuse(404, 'not_found')
        if (sent.startsWith('<svg') || sent === '') return refuse(415, 'bad_picture')
        film.version++
        film[kind] = {
          url: `/api/movies/${film.id}/images/${kind}-{width}.{format}?v=${film.version}`,
          widths: [160],
        }
        return HttpResponse.json(film)
      }),
    ),
    http.delete('*/api/movies/:id', ({ params }) => {
      state.films = state.films.filter((one) => one.id !== params.id)
      return done()
    }),
    http.get('*/api/movies/:id/similar', () => HttpResponse.json({ items: state.suggestions })),
    http.get('*/api/movies/:id/recommendations', () => HttpResponse.json({ items: [] })),
    http.get('*/api/movies/:id/opinion', ({ params }) => HttpResponse.json(opinionOf(params.id))),
    http.get('*/api/movies/:id/videos', ({ params }) => {
      const items = (find(params.id)?.videos ?? []).map((one) => ({ ...one, bytes: 3_200_000_000 }))
      return HttpResponse.json({ items, bytes: items.length * 3_200_000_000 })
    }),
    http.get('*/api/collections/:id', ({ params }) => {
      const films = state.films.filter((one) => one.collection?.id === Number(params.id))
      return HttpResponse.json({
        id: Number(params.id),
        name: films[0]?.collection?.name ?? '',
        items: films.map(cardOf),
      })
    }),
    http.get('*/api/genres', () => {
      const all = new Map(state.films.flatMap((one) => one.genres.map((genre) => [genre.id, genre])))
      return HttpResponse.json({ items: [...all.values()] })
    }),
    http.get('*/api/search', ({ request }) => {
      const q = fold(new URL(request.url).searchParams.get('q') ?? '')
      const films = state.films.filter((one) => fold(`${one.title} ${one.cast.map(({ name }) => name)}`).includes(q))
      return HttpResponse.json({ items: films.map(cardOf) })
    }),
    http.get('*/api/list', ({ request }) => {
      const films = state.films.filter(({ id }) => opinionOf(id).listed)
      return HttpResponse.json(page(films, new URL(request.url).searchParams))
    }),
    http.put('*/api/list/:id', ({ params }) => {
      state.opinions.set(String(params.id), { ...opinionOf(params.id), listed: true })
      return done()
    }),
    http.delete('*/api/list/:id', ({ params }) => {
      state.opinions.set(String(params.id), { ...opinionOf(params.id), listed: false })
      return done()
    }),
    http.put('*/api/ratings/:id', async ({ params, request }) => {
      const { stars } = (await request.json()) as { stars: number }
      state.opinions.set(String(params.id), { ...opinionOf(params.id), stars })
      return HttpResponse.json(opinionOf(params.id))
    }),
    http.post('*/api/videos/:id/film', async ({ request }) => {
      const { movieId, create, detach } = (await request.json()) as {
        movieId?: string
        create?: { title: string }
        detach?: boolean
      }
      if (detach) return HttpResponse.json({})
      if (create) state.films.push(aMovie({ id: 'film-made', title: create.title }))
      return HttpResponse.json({ movieId: movieId ?? 'film-made', part: 'current' })
    }),
    http.get('*/api/metadata/search', () =>
      state.candidates ? HttpResponse.json({ items: state.candidates }) : refuse(409, 'no_tmdb'),
    ),
    http.post('*/api/movies/import', async ({ request }) => {
      const { format } = (await request.json()) as { format: MovieImport['source'] }
      const begun: MovieImport = {
        id: `import-${state.imports.length + 1}`,
        source: format,
        status: 'waiting',
        total: 0,
        done: 0,
        created: 0,
        changed: 0,
        unchanged: 0,
        failed: 0,
        problems: [],
        createdAt: new Date().toISOString(),
      }
      state.imports.unshift(begun)
      return HttpResponse.json(begun, { status: 202 })
    }),
    http.get('*/api/imports', () => HttpResponse.json({ items: state.imports })),
    http.get('*/api/imports/:id', ({ params }) => {
      const one = state.imports.find(({ id }) => id === params.id)
      return one ? HttpResponse.json(one) : refuse(404, 'not_found')
    }),
  ]
  return { state, handlers }
}
