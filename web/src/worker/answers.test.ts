// The worker's answers, with a network and caches of the test's own.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const home = location.origin
const caches = new Map<string, Map<string, Response>>()
let network: (path: string) => Promise<Response>
let said: boolean[]

class Caught extends Event {
  readonly waits: Promise<unknown>[] = []
  waitUntil(one: Promise<unknown>) {
    this.waits.push(one)
  }
}

beforeEach(() => {
  caches.clear()
  said = []
  const keyOf = (request: Request | string) => new URL(typeof request === 'string' ? request : request.url, home).href
  const open = async (name: string) => {
    const entries = caches.get(name) ?? new Map<string, Response>()
    caches.set(name, entries)
    return {
      match: async (request: Request | string) => entries.get(keyOf(request))?.clone(),
      put: async (request: Request, response: Response) => void entries.set(keyOf(request), response),
      delete: async (request: Request | string) => entries.delete(keyOf(request)),
      keys: async () => [...entries.keys()].map((url) => new Request(url)),
    }
  }
  vi.stubGlobal('caches', {
    open,
    delete: async (name: string) => caches.delete(name),
    match: async (request: string, { cacheName }: { cacheName: string }) => (await open(cacheName)).match(request),
  })
  vi.stubGlobal('clients', {
    matchAll: async () => [{ postMessage: ({ away }: { away: boolean }) => void said.push(away) }],
  })
  vi.stubGlobal('fetch', (request: Request) => network(new URL(request.url).pathname))
  vi.stubGlobal('__WB_DISABLE_DEV_LOGS', true)
  vi.stubGlobal('ExtendableEvent', Caught)
  vi.stubGlobal('FetchEvent', Caught)
})
afterEach(() => vi.unstubAllGlobals())

const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status })
const away = () => Promise.reject(new TypeError('no network'))
const ana = { user: { id: 'ana', role: 'viewer' }, profile: { id: 'ana', maturityLimit: null } }
const kept = () => [...(caches.get('kk.answers')?.keys() ?? [])].map((url) => new URL(url).pathname).sort()

/** Asks one of the worker's ways, and waits for all that follows from it. */
async function ask(way: 'answers' | 'turns' | 'changes', path: string, method = 'GET') {
  const ways = await import('./answers')
  const event = new Caught('fetch')
  const request = new Request(home + path, { method })
  const [response, done] = ways[way].handleAll({ request, event: event as unknown as ExtendableEvent })
  const answer = await response
  await done
  for (const one of event.waits) await one
  return answer
}

test('what was answered last is there when the network is not, and that is said', async () => {
  network = async () => json({ rows: [1] })
  await ask('answers', '/api/home')
  network = away
  expect(await (await ask('answers', '/api/home')).json()).toEqual({ rows: [1] })
  expect(said.at(-1)).toBe(true)
  network = async () => json({ rows: [2] })
  expect(await (await ask('answers', '/api/home')).json()).toEqual({ rows: [2] })
  expect(said.at(-1)).toBe(false)
})

test('a gateway that finds no server is answered for by what is kept', async () => {
  network = async () => json({ rows: [1] })
  await ask('answers', '/api/home')
  network = async () => new Response('bad gateway', { status: 502 })
  expect(await (await ask('answers', '/api/home')).json()).toEqual({ rows: [1] })
  expect(said.at(-1)).toBe(true)
})

test('a refusal is passed on and not kept', async () => {
  network = async () => json({ code: 'signed_out' }, 401)
  expect((await ask('answers', '/api/home')).status).toBe(401)
  expect(kept()).toEqual([])
})

test('who leaves takes along all that was kept, and who comes is known', async () => {
  network = async (path) => json(path === '/api/me' ? ana : {})
  await ask('answers', '/api/me')
  await ask('answers', '/api/home')
  network = async (path) => (path === '/api/auth/logout' ? new Response(null, { status: 204 }) : json({}, 401))
  await ask('turns', '/api/auth/logout', 'POST')
  expect(kept()).toEqual([])
  network = async (path) => json(path === '/api/me' ? { ...ana, user: { id: 'bia' } } : {})
  await ask('turns', '/api/auth/login', 'POST')
  expect(kept()).toEqual(['/api/me'])
})

test('what was refused changes nobody', async () => {
  network = async () => json(ana)
  await ask('answers', '/api/me')
  network = async () => json({ code: 'wrong_pin' }, 403)
  await ask('turns', '/api/me/profiles/bia/select', 'POST')
  expect(kept()).toEqual(['/api/me'])
})

test('an answer that was on its way when somebody left is not kept for who comes next', async () => {
  let arrive: (answer: Response) => void = () => {}
  network = async (path) =>
    path === '/api/home'
      ? new Promise<Response>((resolve) => (arrive = resolve))
      : json({}, path === '/api/me' ? 401 : 200)
  const late = ask('answers', '/api/home')
  await vi.waitFor(() => expect(arrive.length).toBe(1))
  await ask('turns', '/api/auth/logout', 'POST')
  arrive(json({ rows: ['hers'] }))
  expect(await (await late).json()).toEqual({ rows: ['hers'] })
  expect(kept()).toEqual([])
})

test('a limit that was set elsewhere lets go of what was kept without it', async () => {
  network = async (path) => json(path === '/api/me' ? ana : {})
  await ask('answers', '/api/me')
  await ask('answers', '/api/home')
  network = async () => json({ ...ana, profile: { id: 'ana', maturityLimit: 12 } })
  await ask('answers', '/api/me')
  expect(kept()).toEqual(['/api/me'])
})

test('a film that is put on the list is on what is kept of it', async () => {
  let films = ['one']
  network = async () => json(films)
  await ask('answers', '/api/list?limit=60')
  films = ['one', 'two']
  await ask('changes', '/api/list/two', 'PUT')
  network = away
  expect(await (await ask('answers', '/api/list?limit=60')).json()).toEqual(['one', 'two'])
})
