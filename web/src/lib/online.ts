import { useSyncExternalStore } from 'react'

/** Whether the service worker had to answer with what it keeps: there may be a network, and no server at its end. */
let away = false
const turned = 'kk.away'
navigator.serviceWorker?.addEventListener('message', ({ data }) => {
  if (data?.type !== turned) return
  away = data.away
  dispatchEvent(new Event(turned))
})

/** Whether the browser believes it has a network, and the server was there when it was asked last. */
export function useOnline(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine && !away)
}

const events = ['online', 'offline', turned]

function subscribe(changed: () => void) {
  for (const event of events) addEventListener(event, changed)
  return () => {
    for (const event of events) removeEventListener(event, changed)
  }
}
