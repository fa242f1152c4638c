// The live channel: what changes on the server, and on this profile's other devices, while the page is open; and the
// short way for what is reported. Loaded after the first picture, never before it.
import type { QueryClient } from '@tanstack/react-query'
import type { Centrifuge } from 'centrifuge'
import { create } from 'zustand'
import { type Message, refresh, refreshAll, take } from './liveMessages'
import { renew } from './renew'
import { me } from './session'
import { outbox } from './watchOutbox'
import { forgetPlaces } from './watchPlaces'

/** Whether changes arrive by themselves right now. While they do not, screens that need them ask again and again. */
export const useLive = create<{ connected: boolean }>(() => ({ connected: false }))

const refusedForGood = 3500
const timedOut = 1
/** So that it is back within five seconds of the network: an attempt that hangs, and the wait for the next. */
const delays = { minReconnectDelay: 300, maxReconnectDelay: 1800, timeout: 3000 }

/** Opens the channel; returns how to close it. */
export function listen(queries: QueryClient): () => void {
  let closed = false
  let centrifuge: Centrifuge | undefined
  let who = watching(queries)
  outbox.speakFor(who?.id ?? null)

  void import('centrifuge').then(({ Centrifuge }) => {
    if (closed) return
    centrifuge = new Centrifuge(`${location.origin.replace(/^http/, 'ws')}/api/realtime`, delays)
    open(queries, centrifuge, () => closed)
  })

  // Another profile, or other limits: what is heard from here on is for those.
  const stop = queries.getQueryCache().subscribe(({ query }) => {
    if (query.queryKey[0] !== me.queryKey[0]) return
    const now = watching(queries)
    if (now?.id === who?.id && now?.maturityLimit === who?.maturityLimit) return
    if (now?.id !== who?.id) forgetPlaces()
    else void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== me.queryKey[0] })
    who = now
    outbox.goThrough(null)
    outbox.speakFor(now?.id ?? null)
    if (centrifuge) again(centrifuge)
  })

  return () => {
    closed = true
    stop()
    outbox.goThrough(null)
    outbox.speakFor(null)
    forgetPlaces()
    centrifuge?.disconnect()
    useLive.setState({ connected: false })
  }
}

const watching = (queries: QueryClient) => queries.getQueryData(me.queryKey)?.profile

/** Leaves a connection and opens the next, which is told what was missed in between. */
function again(centrifuge: Centrifuge) {
  centrifuge.disconnect()
  centrifuge.connect()
}

function open(queries: QueryClient, centrifuge: Centrifuge, isClosed: () => boolean) {
  let before = false
  let gap: ReturnType<typeof setTimeout> | undefined
  const call = async (method: string, data: unknown) => {
    try {
      return (await centrifuge.rpc(method, data)).data
    } catch (error) {
      // A connection that no longer answers is gone, though nobody has said so yet.
      if ((error as { code?: number }).code === timedOut && centrifuge.state === 'connected') again(centrifuge)
      throw error
    }
  }

  centrifuge.on('publication', ({ data }) => take(queries, data as Message))
  // Subscribed again without every missed message in hand: what we hold may be old. Once for all channels.
  centrifuge.on('subscribed', ({ wasRecovering, recovered }) => {
    if (!wasRecovering || recovered) return
    clearTimeout(gap)
    gap = setTimeout(() => refreshAll(queries), 50)
  })
  centrifuge.on('connected', () => {
    if (!useLive.getState().connected) refresh(queries, before)
    before = true
    useLive.setState({ connected: true })
    outbox.goThrough(call, watching(queries)?.id)
  })
  const lost = () => {
    useLive.setState({ connected: false })
    outbox.goThrough(null)
  }
  centrifuge.on('connecting', lost)
  let refused = 0
  centrifuge.on('disconnected', ({ code }) => {
    lost()
    // Refused for good, with the token it came with: with the next it may well be let in.
    if (code !== refusedForGood || isClosed() || Date.now() - refused < 10_000) return
    refused = Date.now()
    renew().then(
      (goesOn) => goesOn && !isClosed() && centrifuge.connect(),
      () => setTimeout(() => !isClosed() && centrifuge.connect(), 2000),
    )
  })
  centrifuge.connect()
}
