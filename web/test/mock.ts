// Dev only: puts the stand-in backend behind Vite, with films to look at. KK_DEV_ART names a folder of pictures
// (poster-0.jpg, still-0.jpg …), KK_DEV_MEDIA one of streams (playlist.m3u8, thumbnails.vtt …).
import { createReadStream, existsSync, statSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { getResponse } from 'msw'
import type { Plugin } from 'vite'
import type { Movie } from '@/api/types'
import { aVideo, createBackend, noPicture } from './backend.ts'
import { aMovie, aPart, cardOf, crime, fantasy } from './catalogue.ts'
import { aProfile } from './household.ts'
import { aDevice, aUser } from './people.ts'

const titles = [
  'O Farol de Vidro',
  'Quando o mar recua',
  'Sertão Azul',
  'Última Sessão',
  'A casa das andorinhas',
  'The Quiet Engine',
  'Setenta e Quatro',
  'Manual de Voo',
  'A Sétima Onda',
  'Jardim Elétrico',
  "The Ferryman's Daughter",
  'Um quarto em Lisboa',
  'Fever Land',
  'The Long Exposure',
  'Interlúdio',
  'Terra Roxa',
  'Amber Season',
  'Ferrugem',
]

const heights = [360, 480, 720, 1080, 2160]
const types: Record<string, string> = {
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.mpd': 'application/dash+xml',
  '.vtt': 'text/vtt',
  '.jpg': 'image/jpeg',
  '.mp4': 'video/mp4',
  '.m4s': 'video/mp4',
}

export function mockBackend(): Plugin {
  const art = process.env.KK_DEV_ART ?? ''
  const media = process.env.KK_DEV_MEDIA ?? ''
  const backend = createBackend({ partSize: 1 << 20 })
  const { state } = backend
  state.who = process.env.KK_DEV_SIGNED_OUT ? null : (state.accounts[0] ?? null)
  state.needsSetup = Boolean(process.env.KK_DEV_SETUP)
  if (!process.env.KK_DEV_EMPTY) {
    state.videos = films(art)
    fill(backend, art)
  }
  backend.household.state.profiles = [
    aProfile({ name: 'Ana', pin: '2468' }),
    aProfile({ id: 'profile-2', name: 'João Pedro', avatar: 'reel' }),
    aProfile({ id: 'profile-3', name: 'Bia', avatar: 'parrot', maturityLimit: 10, kids: true }),
    aProfile({ id: 'profile-4', name: 'Visitas', avatar: 'sail', maturityLimit: 14 }),
  ]

  const hours = (count: number) => new Date(Date.now() - count * 3_600_000).toISOString()
  Object.assign(backend.people.state, {
    devices: [
      aDevice({ place: 'São Paulo, Brasil' }),
      aDevice({ id: 'tv', device: 'Chrome on a Samsung TV', place: 'São Paulo, Brasil', lastSeenAt: hours(3) }),
      aDevice({ id: 'phone', device: 'Safari on iPhone', place: 'Lisboa, Portugal', lastSeenAt: hours(29) }),
      aDevice({ id: 'old', device: 'Firefox on Windows', address: '198.51.100.24', lastSeenAt: hours(300) }),
    ],
    users: [
      aUser({ id: 'user-1', email: 'ana@example.org', name: 'Ana Figueiredo', role: 'admin', profiles: 4 }),
      aUser({ name: 'Beatriz Nogueira', profiles: 2 }),
      aUser({ id: 'user-3', email: 'joao.pedro@example.org', name: 'João Pedro', role: 'editor' }),
      aUser({ id: 'user-4', email: 'visita@example.org', name: '', verified: false }),
      aUser({ id: 'user-5', email: 'antigo@example.org', name: 'Seu Antônio', disabled: true }),
    ],
    invited: ['marina@example.org', ''].map((email, index) => ({
      id: `invitation-${index}`,
      email,
      role: 'viewer',
      language: 'pt-BR',
      createdAt: hours(20),
      expiresAt: hours(-148),
    })),
  })

  return {
    name: 'mock-backend',
    configureServer(server) {
      server.middlewares.use(async (req, res, next) => {
        const url = new URL(req.url ?? '/', 'http://localhost')
        const file = fileFor(url.pathname, art, media)
        if (file) {
          res.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream')
          res.setHeader('Content-Length', statSync(file).size)
          return createReadStream(file).pipe(res)
        }
        if (!url.pathname.startsWith('/api/')) return next()
        const stream = /^\/api\/videos\/([^/]+)\/stream$/.exec(url.pathname)
        if (stream) {
          res.setHeader('Content-Type', 'application/json')
          return res.end(JSON.stringify(streamOf()))
        }
        const chunks: Buffer[] = []
        for await (const chunk of req) chunks.push(chunk as Buffer)
        const request = new Request(url, {
          method: req.method,
          headers: req.headers as Record<string, string>,
          body: chunks.length > 0 ? Buffer.concat(chunks) : undefined,
        })
        const response = await getResponse(backend.handlers, request)
        res.statusCode = response?.status ?? 404
        response?.headers.forEach((value, name) => {
          res.setHeader(name, value)
        })
        res.end(response ? Buffer.from(await response.arrayBuffer()) : undefined)
      })
    },
  }
}

function fileFor(path: string, art: string, media: string): string | undefined {
  const image = /^\/api\/videos\/film-(\d+)\/images\/(poster|still)$/.exec(path)
  const artwork = /^\/api\/movies\/film-(\d+)\/images\/(poster|backdrop)/.exec(path)
  if (artwork && art) {
    const kind = artwork[2] === 'poster' ? 'poster' : 'still'
    return present(join(art, `${kind}-${Number(artwork[1]) % titles.length}.jpg`))
  }
  if (image && art) return present(join(art, `${image[2]}-${Number(image[1]) % titles.length}.jpg`))
  if (path.startsWith('/media/') && media) return present(join(media, normalize(path.slice('/media/'.length))))
}

const present = (path: string) => (existsSync(path) ? path : undefined)

function films(art: string) {
  const rung = (height: number, status: 'queued' | 'encoding' | 'ready', progress: number) => ({
    id: `video/${height}`,
    kind: 'video' as const,
    height,
    width: Math.round((height * 16) / 9),
    bandwidth: height * 2500,
    status,
    progress,
  })
  const ready = titles.map((title, index) =>
    aVideo({
      id: `film-${index}`,
      title,
      durationSeconds: 4200 + ((index * 1337) % 5400),
      height: index % 3 === 0 ? 2160 : 1080,
      width: index % 3 === 0 ? 3840 : 1920,
      sourceBytes: 3_200_000_000 + index * 411_000_000,
      createdAt: new Date(Date.UTC(2026, 10, 20 - index)).toISOString(),
      blurHash: 'LHEoz@t70JRj~qM{Rjt70Ks:j[of',
      posterUrl: art && index % 7 !== 6 ? `/api/videos/film-${index}/images/poster?v=1` : undefined,
      stillUrl: art && index % 11 !== 6 ? `/api/videos/film-${index}/images/still?v=1` : undefined,
      renditions: heights.map((height) => rung(height, 'ready', 1)),
    }),
  )
  const working = [
    aVideo({
      id: 'working-1',
      title: 'A Linha do Horizonte',
      status: 'processing',
      playable: true,
      progress: 0.46,
      createdAt: '2026-11-22T12:00:00Z',
      renditions: [
        rung(360, 'ready', 1),
        rung(480, 'encoding', 0.8),
        rung(720, 'encoding', 0.4),
        rung(1080, 'queued', 0),
        { ...rung(2160, 'ready', 1), id: 'video/source' },
        { id: 'audio/0-pt', kind: 'audio', bandwidth: 128_000, status: 'ready', progress: 1, language: 'pt' },
        { id: 'audio/1-en', kind: 'audio', bandwidth: 384_000, status: 'encoding', progress: 0.6, language: 'en' },
      ],
    }),
    aVideo({
      id: 'working-2',
      title: 'Noite em Paraty',
      status: 'processing',
      progress: 0.03,
      createdAt: '2026-11-22T11:00:00Z',
      renditions: [],
    }),
    aVideo({
      id: 'working-3',
      title: 'Gravação 0042',
      status: 'failed',
      progress: 0,
      createdAt: '2026-11-22T10:00:00Z',
      error: noPicture,
    }),
  ]
  return [...working, ...ready]
}

const drama = { id: 18, name: 'Drama', names: { en: 'Drama', 'pt-BR': 'Drama' } }
const people = [
  'Helena Bastos',
  'Inês Caldeira',
  'Caetano Moreira',
  'Vera Montanari',
  'August Lind',
  'Maeve Connolly',
  'Teresa Vidigal',
  'João Vaz',
]

/** Films to look at, with all that may be known of one. */
function fill({ state, catalogue }: ReturnType<typeof createBackend>, art: string) {
  const picture = (id: string, kind: string) => ({
    url: `/api/movies/${id}/images/${kind}-{width}.{format}?v=1`,
    widths: kind === 'poster' ? [200, 400] : [640, 1600],
    blurHash: 'LHEoz@t70JRj~qM{Rjt70Ks:j[of',
  })
  const all = titles.map((title, place): Movie => {
    const id = `film-${place}`
    const video = state.videos.find((one) => one.id === id)
    const part = video && place % 3 !== 2 ? [aPart(video)] : []
    if (video) video.film = { movieId: id, part: 'current' }
    return aMovie({
      id,
      title,
      texts: {
        en: {
          title,
          tagline: place % 2 ? 'Some lights are only seen from afar.' : undefined,
          overview:
            'The last keeper of a glass lighthouse goes on lighting it every night, although no ship has passed for years. Then, one winter, something answers from the sea, and the village that had forgotten him climbs the hill to see.',
        },
        'pt-BR': {
          title,
          tagline: place % 2 ? 'Há luzes que só se veem de longe.' : undefined,
          overview:
            'O último faroleiro de um farol de vidro continua a acendê-lo todas as noites, embora há anos não passe navio algum. Até que, num inverno, alguma coisa responde do mar, e a vila que o tinha esquecido sobe o morro para ver.',
        },
      },
      year: 2024 - place,
      released: `${2024 - place}-0${1 + (place % 9)}-12`,
      genres: [drama, ...(place % 2 ? [crime] : [fantasy])],
      originalTitle: title,
      originalLanguage: 'pt',
      directors: people.slice(place % 4, (place % 4) + 1 + (place % 2)),
      cast: people.map((name, index) => ({ name, character: index % 3 ? 'A irmã do faroleiro' : '' })),
      trailers: [{ site: 'YouTube', key: 'k', type: 'Trailer', url: 'https://www.youtube.com/watch?v=k' }],
      poster: art && place % 7 !== 6 ? picture(id, 'poster') : undefined,
      backdrop: art ? picture(id, 'backdrop') : undefined,
      video: part[0],
      videos: [
        ...part,
        ...(part[0] ? [{ ...part[0], id: `${id}-cut`, part: 'edition' as const, edition: 'Versão do diretor' }] : []),
      ],
      collection: place < 4 ? { id: 1, name: 'Mar e luz' } : undefined,
    })
  })
  const cards = all.map(cardOf)
  const from = (place: number) => [...cards.slice(place), ...cards.slice(0, place)]
  const because = { action: 'watched' as const, movieId: 'film-2', title: 'Sertão Azul', titles: {} }
  Object.assign(catalogue.state, {
    films: all,
    rows: [
      { id: 'trending', kind: 'trending', items: from(0) },
      { id: 'because-film-2', kind: 'because', because, items: from(4) },
      { id: 'list', kind: 'list', items: cards.slice(9, 13) },
      { id: 'new', kind: 'new', items: from(7) },
      { id: 'genre-80', kind: 'genre', genre: crime, items: from(11) },
      { id: 'top-rated', kind: 'top-rated', items: from(13) },
    ],
    suggestions: from(5).map((movie, place) => ({
      movie,
      reason:
        place % 2
          ? { code: 'cast', names: [people[1]], genres: [] }
          : { code: 'genre', names: [], genres: [drama, crime] },
    })),
    opinions: new Map(cards.slice(9, 13).map(({ id }) => [id, { listed: true, stars: 8 }])),
    candidates: [
      { tmdbId: 7, title: 'The Lighthouse', originalTitle: 'The Lighthouse', released: '2019-10-18' },
      { tmdbId: 8, title: 'O Farol', originalTitle: 'El faro', released: '1998-09-24' },
    ],
    imports: [
      {
        id: 'import-1',
        source: 'csv',
        status: 'done',
        total: 412,
        done: 412,
        created: 388,
        changed: 14,
        unchanged: 7,
        failed: 3,
        problems: [
          { where: 'line 12', what: 'It has no title.' },
          { where: 'line 208', what: 'The year is not a number: "MMII".' },
          { where: 'line 300', what: 'The age rating is one of 0, 10, 12, 14, 16 and 18.' },
        ],
        createdAt: new Date(Date.now() - 3 * 3_600_000).toISOString(),
      },
    ],
  })
}

function streamOf() {
  return {
    sessionId: 'session',
    playerUrl: '/media/playlist.m3u8',
    hlsUrl: '/media/playlist.m3u8',
    dashUrl: '/media/manifest.mpd',
    thumbnailsUrl: '/media/thumbnails.vtt',
    durationSeconds: 60,
    resumeAtSeconds: 0,
    frameRate: 24,
    renditions: [240, 480, 720].map((height) => ({
      id: `video/${height}`,
      rung: height,
      height,
      width: Math.round((height * 16) / 9),
      bandwidth: height * 2500,
      instant: false,
      ready: height === 720 ? [[0, 20]] : [[0, 60]],
    })),
    audio: [],
    subtitles: [],
    chapters: [],
    expiresAt: new Date(Date.now() + 6 * 3600_000).toISOString(),
  }
}
