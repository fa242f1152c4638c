/** The caches in which the service worker keeps what the server answered: one person's, while they are here. */
export const answersIn = 'kk.answers'
export const picturesIn = 'kk.pictures'

/** Forgets it from a page that no worker stands behind (reloaded past it); else the worker does, having seen who came. */
export function forgetKept(): void {
  if (navigator.serviceWorker?.controller || !globalThis.caches) return
  for (const name of [answersIn, picturesIn]) void caches.delete(name)
}
