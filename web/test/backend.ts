// A stand-in for the server that speaks its HTTP shapes from memory: the app's tests meet it through msw, and
// `KK_DEV_MOCK=1 npm run dev` puts it behind the dev server.
import { HttpResponse, http } from 'msw'
import type { Entered, Me, Stream, Upload, Video, VideoReason } from '@/api/types'
import { aCatalogue } from './catalogue.ts'
import { aDoor } from './door.ts'
import { aHousehold } from './household.ts'
import { somePeople } from './people.ts'
import { whatWasWatched } from './watched.ts'

export type Account = { email: string; password: string; role: Me['user']['role']; verified?: boolean }

export type Backend = ReturnType<typeof createBackend>

export function createBackend({ partSize = 4 }: { partSize?: number } = {}) {
  const accounts: Account[] = [{ email: 'ana@example.org', password: 'correct horse', role: 'admin' }]
  const state = {
    accounts,
    videos: [] as Video[],
    uploads: new Map<string, Upload>(),
    received: new Map<string, Map<number, Uint8Array>>(),
    needsSetup: false,
    setupToken: 'printed-token',
    signUp: 'invitation' as 'open' | 'invitation' | 'closed',
    mail: true,
    /** Whether visits may be told elsewhere, and those that were sent. */
    visits: false,
    told: [] as { client: string; visits: { name: string; screen: string }[] }[],
    /** What letters and invitations carry. */
    invitations: [] as { token: string; email: string }[],
    letters: [] as { token: string; to: string; for: 'sign-up' | 'reset' | 'verify'; password?: string }[],
    /** Whose access token is good, and whose refresh token when that is over. */
    who: null as Account | null,
    stays: null as Account | null,
    /** Requests seen, as "METHOD /path", for the tests that count them. */
    seen: [] as string[],
  }

  const household = aHousehold()

  const problem = (status: number, code: string, detail = code) =>
    HttpResponse.json(
      { status, code, title: code, detail },
      { status, headers: { 'Content-Type': 'application/problem+json' } },
    )
  const meOf = (account: Account): Me => ({
    user: {
      id: 'user-1',
      email: account.email,
      role: account.role,
      name: '',
      language: '',
      verified: account.verified ?? true,
    },
    profile: household.watching(),
    session: { id: 'session-1', createdAt: '2026-11-01T12:00:00Z' },
  })
  const entered = (account: Account): Entered => ({ ...meOf(account), expiresInSeconds: 900 })
  const catalogue = aCatalogue(problem)
  const people = somePeople(state, problem, meOf)
  const watched = whatWasWatched(problem)
  const find = (id: unknown) => state.videos.find((one) => one.id === id)

  const handlers = [
    http.all('*', ({ request }) => {
      state.seen.push(`${request.method} ${new URL(request.url).pathname}`)
    }),
    http.get('*/api/setup', () =>
      HttpResponse.json({ needed: state.needsSetup, signUp: state.signUp, mail: state.mail, visits: state.visits }),
    ),
    http.post('*/api/visits', async ({ request }) => {
      state.told.push((await request.json()) as (typeof state.told)[number])
      return new HttpResponse(null, { status: 204 })
    }),
    http.post('*/api/setup', async ({ request }) => {
      const asked = (await request.json()) as { token: string; email: string; password: string }
      if (!state.needsSetup) return problem(409, 'already_set_up')
      if (asked.token !== state.setupToken) return problem(403, 'bad_setup_token')
      state.who = state.stays = { email: asked.email, password: asked.password, role: 'admin' }
      state.accounts.push(state.who)
      state.needsSetup = false
      return HttpResponse.json(entered(state.who))
    }),
    http.post('*/api/auth/login', async ({ request }) => {
      const asked = (await request.json()) as { email: string; password: string }
      const account = accounts.find((one) => one.email === asked.email && one.password === asked.password)
      if (!account) return problem(401, 'bad_credentials')
      state.who = state.stays = account
      return HttpResponse.json(entered(account))
    }),
    http.post('*/api/auth/refresh', () => {
      state.who ??= state.stays
      return state.who ? HttpResponse.json(entered(state.who)) : problem(401, 'signed_out')
    }),
    http.post('*/api/auth/logout', () => {
      if (!state.who) return problem(401, 'signed_out')
      state.who = state.stays = null
      return new HttpResponse(null, { status: 204 })
    }),
    ...aDoor(state, problem, meOf),
    // Everything below is for people who are signed in.
    http.all('*/api/*', () => (state.who ? undefined : problem(401, 'signed_out'))),
    http.get('*/api/me', () => (state.who ? HttpResponse.json(meOf(state.who)) : undefined)),
    ...people.handlers,
    ...catalogue.handlers,
    ...watched.handlers,
    ...household.handlers(problem, () => HttpResponse.json(state.who && meOf(state.who))),
    http.get('*/api/videos', ({ request }) => {
      const query = new URL(request.url).searchParams
      const from = Number(query.get('cursor') ?? 0)
      const limit = Number(query.get('limit') ?? 50)
      const items = state.videos.slice(from, from + limit)
      const nextCursor = from + limit < state.videos.length ? String(from + limit) : undefined
      return HttpResponse.json({ items, nextCursor })
    }),
    http.get('*/api/videos/:id', ({ params }) => {
      const video = find(params.id)
      return video ? HttpResponse.json(video) : problem(404, 'not_found')
    }),
    http.patch('*/api/videos/:id', async ({ params, request }) => {
      const video = find(params.id)
      if (!video) return problem(404, 'not_found')
      Object.assign(video, await request.json())
      return HttpResponse.json(video)
    }),
    http.delete('*/api/videos/:id', ({ params }) => {
      state.videos = state.videos.filter((one) => one.id !== params.id)
      return new HttpResponse(null, { status: 204 })
    }),
    http.post('*/api/videos/:id/retry', ({ params }) => {
      const video = find(params.id)
      if (!video) return problem(404, 'not_found')
      if (video.status !== 'failed') return problem(409, 'not_failed')
      Object.assign(video, { status: 'processing', error: undefined, progress: 0 })
      return HttpResponse.json(video, { status: 202 })
    }),
    http.post('*/api/uploads', async ({ request }) => {
      const asked = (await request.json()) as { fileName: string; size: number; title?: string }
      const id = `upload-${state.uploads.size + 1}`
      const video = aVideo({ id: `video-of-${id}`, title: asked.title ?? asked.fileName, status: 'uploading' })
      state.videos.unshift(video)
      const upload: Upload = {
        id,
        videoId: video.id,
        fileName: asked.fileName,
        size: asked.size,
        partSize,
        status: 'open',
        direct: false,
        expiresAt: '2030-01-01T00:00:00Z',
        parts: Array.from({ length: Math.ceil(asked.size / partSize) }, (_, index) => ({
          number: index + 1,
          offset: index * partSize,
          size: Math.min(partSize, asked.size - index * partSize),
          url: `/api/uploads/${id}/parts/${index + 1}?sig=1`,
          received: false,
        })),
      }
      state.uploads.set(id, upload)
      state.received.set(id, new Map())
      return HttpResponse.json(upload, { status: 201 })
    }),
    http.get('*/api/uploads', () =>
      HttpResponse.json({ items: [...state.uploads.values()].filter((one) => one.status === 'open') }),
    ),
    http.get('*/api/uploads/:id', ({ params }) => {
      const upload = state.uploads.get(String(params.id))
      return upload ? HttpResponse.json(upload) : problem(404, 'not_found')
    }),
    http.post('*/api/uploads/:id/parts', async ({ params, request }) => {
      const upload = state.uploads.get(String(params.id))
      const asked = (await request.json()) as { numbers?: number[]; parts?: { number: number }[] }
      const numbers = asked.numbers ?? asked.parts?.map((part) => part.number) ?? []
      if (!upload) return problem(404, 'not_found')
      const parts = upload.parts.filter((part) => numbers.includes(part.number))
      for (const part of parts) part.url = part.url?.replace(/sig=(\d+)/, (_, sig) => `sig=${Number(sig) + 1}`)
      return HttpResponse.json({ parts })
    }),
    http.put('*/api/uploads/:id/parts/:number', async ({ params, request }) => {
      const upload = state.uploads.get(String(params.id))
      const part = upload?.parts.find((one) => one.number === Number(params.number))
      if (!upload || !part) return problem(404, 'not_found')
      const body = new Uint8Array(await request.arrayBuffer())
      if (body.length !== part.size) return problem(422, 'wrong_size')
      state.received.get(upload.id)?.set(part.number, body)
      part.received = true
      return new HttpResponse(null, { status: 204, headers: { ETag: '"etag"' } })
    }),
    http.post('*/api/uploads/:id/complete', ({ params }) => {
      const upload = state.uploads.get(String(params.id))
      if (!upload) return problem(404, 'not_found')
      if (upload.parts.some((part) => !part.received)) return problem(409, 'parts_missing')
      upload.status = 'complete'
      const video = find(upload.videoId)
      if (video) video.status = 'processing'
      return HttpResponse.json(video, { status: 202 })
    }),
    http.delete('*/api/uploads/:id', ({ params }) => {
      const upload = state.uploads.get(String(params.id))
      state.uploads.delete(String(params.id))
      state.videos = state.videos.filter((one) => one.id !== upload?.videoId)
      return new HttpResponse(null, { status: 204 })
    }),
  ]

  return { state, handlers, problem, household, people, catalogue, watched }
}

/** A film as the server would describe it; only what a test cares about needs saying. */
export function aVideo(over: Partial<Video> = {}): Video {
  return {
    id: 'video-1',
    title: 'O Farol de Vidro',
    maturityRating: null,
    status: 'ready',
    playable: over.status === undefined || over.status === 'ready',
    progress: over.status === undefined || over.status === 'ready' ? 1 : 0,
    durationSeconds: 7860,
    createdAt: '2026-11-01T12:00:00Z',
    renditions: [],
    marks: [],
    ...over,
  }
}

export function aStream(over: Partial<Stream> = {}): Stream {
  return {
    sessionId: 's',
    playerUrl: '/media/t/v/player.m3u8',
    hlsUrl: '/media/t/v/playlist.m3u8',
    dashUrl: '/media/t/v/manifest.mpd',
    durationSeconds: 600,
    resumeAtSeconds: 0,
    frameRate: 24,
    renditions: [],
    audio: [],
    subtitles: [],
    chapters: [],
    expiresAt: '2030-01-01T00:00:00Z',
    era: '',
    serverTime: new Date().toISOString(),
    ...over,
  }
}

/** Why a file has no picture, as the server tells it. */
export const noPicture: VideoReason = {
  code: 'no_picture',
  detail: 'This file has sound but no picture.',
  words: {
    en: { sentence: 'This file has sound but no picture.', remedy: 'Upload the film itself, not its sound track.' },
    'pt-BR': {
      sentence: 'Este arquivo tem som, mas não tem imagem.',
      remedy: 'Envie o próprio filme, não a trilha de som.',
    },
  },
}
