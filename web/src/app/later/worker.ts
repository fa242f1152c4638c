// The page's side of the service worker: starts it, hands it what this page has already asked for, and says when a new
// version of the app waits. It does not touch what the worker answers.
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { Workbox } from 'workbox-window'

const hour = 60 * 60_000

/** Whether there is a worker: only of what was built, and in browsers that have one. */
const there = import.meta.env.PROD && 'serviceWorker' in navigator

let worker: Workbox | undefined

/** Keeps the app at hand for when the network is away. Returns how to go on to a new version, once there is one. */
export function useWorker(profileId: string | undefined): (() => void) | undefined {
  const queries = useQueryClient()
  const [waits, setWaits] = useState(false)
  useEffect(() => {
    if (!there) return
    worker ??= start()
    const waiting = () => setWaits(true)
    worker.addEventListener('waiting', waiting)
    // A television is never reloaded: it asks now and then whether there is something new.
    const timer = setInterval(() => void worker?.update(), hour)
    return () => {
      worker?.removeEventListener('waiting', waiting)
      clearInterval(timer)
    }
  }, [])
  useEffect(() => {
    if (there && profileId) void keepList(queries)
  }, [queries, profileId])
  const update = useCallback(() => {
    // In this tab alone: another may be in the middle of a film.
    worker?.addEventListener('controlling', () => location.reload())
    worker?.messageSkipWaiting()
  }, [])
  return waits ? update : undefined
}

function start(): Workbox {
  const made = new Workbox('/sw.js')
  const first = !navigator.serviceWorker.controller
  void made
    .register()
    .then(() => made.controlling)
    .then(() => handOver(made, first))
    .catch(() => {}) // A private window may forbid it: there is no offline then.
  return made
}

/**
 * What was asked for before there was a worker is asked for again through it, which keeps what is to be kept; so is what
 * nobody asked for, since it came with the page: first who is here, of whom the rest is.
 */
async function handOver(made: Workbox, first: boolean) {
  const keep = (urlsToCache: string[]) => made.messageSW({ type: 'CACHE_URLS', payload: { urlsToCache } })
  if (document.getElementById('given')) {
    await keep(['/api/me'])
    await keep(['/api/home'])
  }
  if (first) await keep(performance.getEntriesByType('resource').map(({ name }) => name))
}

/** My list opens without a network though it was not looked at before. */
async function keepList(queries: QueryClient) {
  try {
    await navigator.serviceWorker.ready
    const [{ myList }, { profiles }] = await Promise.all([import('@/api/movies'), import('@/api/profiles')])
    await Promise.all([queries.prefetchInfiniteQuery(myList), queries.prefetchQuery(profiles)])
  } catch {
    // It is kept when it is looked at.
  }
}
