// The answers of the server that are kept for when it is away. They are one person's: whoever comes next finds none.
import { ExpirationPlugin } from 'workbox-expiration'
import { CacheFirst, NetworkFirst, NetworkOnly } from 'workbox-strategies'
import { answersIn, picturesIn } from '../lib/kept'
import { isAway, isTaken, madeOld, ownerOf } from './rules'

const day = 24 * 60 * 60

declare const self: ServiceWorkerGlobalScope

/** Counts who was here: what was asked for before somebody left is not kept after. */
let turn = 0

type Plugin = NonNullable<NonNullable<ConstructorParameters<typeof NetworkFirst>[0]>['plugins']>[number]

const forWhoAsked: Plugin = {
  handlerWillStart: async ({ state }) => {
    if (state) state.turn = turn
  },
  cacheWillUpdate: async ({ request, response, state }) => {
    if (response.status !== 200 || state?.turn !== turn) return null
    if (new URL(request.url).pathname === '/api/me' && (await isSomebodyElse(response))) {
      await forget()
      state.turn = turn
    }
    return response
  },
  cacheDidUpdate: async ({ cacheName, request, state }) => {
    // Somebody left while it was being written.
    if (state?.turn !== turn) await (await caches.open(cacheName)).delete(request)
  },
}

/** Tells the pages when the server is away, and when it is there again: what they show may be of before. */
const sayWhenAway: Plugin = {
  fetchDidSucceed: async ({ response }) => {
    if (isAway(response.status)) throw new Error('the server is away')
    await say(false)
    return response
  },
  cachedResponseWillBeUsed: async ({ cachedResponse }) => {
    if (cachedResponse) await say(true)
    return cachedResponse
  },
}

let said: boolean | undefined

async function say(away: boolean) {
  if (said === away && !away) return
  said = away
  for (const page of await self.clients.matchAll({ type: 'window' })) page.postMessage({ type: 'kk.away', away })
}

const limits = {
  answers: new ExpirationPlugin({ maxEntries: 150, maxAgeSeconds: 30 * day, purgeOnQuotaError: true }),
  pictures: new ExpirationPlugin({ maxEntries: 300, maxAgeSeconds: 60 * day, purgeOnQuotaError: true }),
}

/** The server's word, or where it is away what it said last. One that hangs is away after a while. */
export const answers = new NetworkFirst({
  cacheName: answersIn,
  networkTimeoutSeconds: 10,
  matchOptions: { ignoreVary: true },
  plugins: [forWhoAsked, limits.answers, sayWhenAway],
})

export const pictures = new CacheFirst({
  cacheName: picturesIn,
  matchOptions: { ignoreVary: true },
  plugins: [forWhoAsked, limits.pictures],
})

/** Somebody comes, leaves or takes another profile: the page hears of it when all is forgotten, and not before. */
export const turns = new NetworkOnly({
  plugins: [
    {
      fetchDidSucceed: async ({ request, response, event }) => {
        if (isTaken(new URL(request.url), response.status)) {
          await forget()
          // Who is here now need not ask that again, and is to be known when the network is away.
          if (response.ok) event.waitUntil(ask(`${self.location.origin}/api/me`, event))
        }
        return response
      },
    },
  ],
})

/** Something was changed: what is kept of it is asked for again. */
export const changes = new NetworkOnly({
  plugins: [
    {
      fetchDidSucceed: async ({ request, response, event }) => {
        if (response.ok) event.waitUntil(askAgain(madeOld(new URL(request.url)), event))
        return response
      },
    },
  ],
})

async function forget() {
  turn++
  await Promise.all([answersIn, picturesIn].map((name) => caches.delete(name)))
  await Promise.all(Object.values(limits).map((limit) => limit.deleteCacheAndMetadata()))
}

async function isSomebodyElse(response: Response): Promise<boolean> {
  const before = await caches.match('/api/me', { cacheName: answersIn, ignoreVary: true })
  return before !== undefined && ownerOf(await before.json()) !== ownerOf(await response.clone().json())
}

async function askAgain(paths: string[], event: ExtendableEvent) {
  const kept = await (await caches.open(answersIn)).keys()
  await Promise.all(kept.map(({ url }) => (paths.includes(new URL(url).pathname) ? ask(url, event) : undefined)))
}

async function ask(url: string, event: ExtendableEvent) {
  try {
    await Promise.all(answers.handleAll({ request: new Request(url), event }))
  } catch {
    // The network went away in between; what was kept stays.
  }
}
