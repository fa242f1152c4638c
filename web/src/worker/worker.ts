// The service worker: opens the app without a network. It knows the way to what is kept (the app's own files, the
// server's answers, pictures) and leaves everything else alone: films, uploads, the live channel, the operator's screens.
// It imports nothing of the app but the names of what it keeps; docs/decisions/0024 says why it is as it is.
import { clientsClaim } from 'workbox-core'
import { enable as preloadNavigations } from 'workbox-navigation-preload'
import { matchPrecache, type PrecacheEntry, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { NetworkOnly } from 'workbox-strategies'
import { answers, changes, pictures, turns } from './answers'
import { isAnswer, isChange, isPicture, isTurn, notAScreen } from './rules'

declare const self: ServiceWorkerGlobalScope
/** The files of scripts/worker.ts. */
declare const SHELL: PrecacheEntry[]

/** A page waits no longer for a network that is there and does not answer. */
const patience = 3

clientsClaim()
preloadNavigations()
// A page is asked of the server first, so the root is no name for the file.
precacheAndRoute(SHELL, { directoryIndex: '', cleanURLs: false })

registerRoute(
  new NavigationRoute(
    new NetworkOnly({
      networkTimeoutSeconds: patience,
      plugins: [{ handlerDidError: () => matchPrecache('/index.html') }],
    }),
    { denylist: notAScreen },
  ),
)
registerRoute(({ url, sameOrigin }) => sameOrigin && isAnswer(url), answers)
registerRoute(({ url, sameOrigin }) => sameOrigin && isPicture(url), pictures)
for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
  registerRoute(({ url, sameOrigin }) => sameOrigin && isTurn(method, url), turns, method)
  registerRoute(({ url, sameOrigin }) => sameOrigin && isChange(url), changes, method)
}

// A new version waits until somebody asks for it, or the last page of the old one is closed.
self.addEventListener('message', ({ data }) => {
  if (data?.type === 'SKIP_WAITING') void self.skipWaiting()
})
