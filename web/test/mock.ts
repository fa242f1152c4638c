// Dev only: puts the stand-in backend behind Vite, with films to look at. KK_DEV_ART names a folder of pictures
// (poster-0.jpg, still-0.jpg …), KK_DEV_MEDIA one of streams (playlist.m3u8, thumbnails.vtt …).
import { createReadStream, existsSync, statSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { getResponse } from 'msw'
import type { Plugin } from 'vite'
import { aVideo, createBackend, noPicture } from './backend.ts'
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
  if (!process.env.KK_DEV_EMPTY) state.videos = films(art)
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
