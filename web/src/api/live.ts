// The live channel: films change while the page is open. Loaded after the first picture, never before it.
import type { QueryClient } from '@tanstack/react-query'
import { create } from 'zustand'
import { renew } from './renew'
import type { Video } from './types'
import { drop, extend, type Growth, held, put, videos } from './videos'

type Message =
  | { type: 'video.changed'; video: Video }
  | ({ type: 'video.grown'; id: string } & Growth)
  | { type: 'video.deleted'; id: string }

/** Whether changes arrive by themselves right now. While they do not, screens that need them ask again and again. */
export const useLive = create<{ connected: boolean }>(() => ({ connected: false }))

const refusedForGood = 3500

/** Opens the channel; returns how to close it. */
export function listen(queries: QueryClient): () => void {
  let closed = false
  let close = () => {}

  void import('centrifuge').then(({ Centrifuge }) => {
    if (closed) return
    const address = `${location.origin.replace(/^http/, 'ws')}/api/realtime`
    const centrifuge = new Centrifuge(address, { minReconnectDelay: 500, maxReconnectDelay: 15_000 })
    close = () => centrifuge.disconnect()

    centrifuge.on('publication', ({ data }) => apply(queries, data as Message))
    // Subscribed again without every missed message in hand: what we hold may be old.
    centrifuge.on('subscribed', ({ wasRecovering, recovered }) => {
      if (wasRecovering && !recovered) refresh(queries)
    })
    centrifuge.on('connected', () => {
      if (!useLive.getState().connected) refresh(queries)
      useLive.setState({ connected: true })
    })
    centrifuge.on('connecting', () => useLive.setState({ connected: false }))
    let refused = 0
    centrifuge.on('disconnected', ({ code }) => {
      useLive.setState({ connected: false })
      // Refused for good, with the token it came with: with the next it may well be let in.
      if (code !== refusedForGood || closed || Date.now() - refused < 10_000) return
      refused = Date.now()
      renew().then(
        (goesOn) => goesOn && !closed && centrifuge.connect(),
        () => setTimeout(() => !closed && centrifuge.connect(), 5000),
      )
    })
    centrifuge.connect()
  })

  return () => {
    closed = true
    close()
    useLive.setState({ connected: false })
  }
}

/** Asks again for whatever the channel keeps fresh. */
function refresh(queries: QueryClient) {
  for (const queryKey of [videos.queryKey, ['video'], ['growth']]) void queries.invalidateQueries({ queryKey })
}

/** Exported for the tests: what one message does to what is on screen. */
export function apply(queries: QueryClient, message: Message): void {
  if (message.type === 'video.changed') {
    const before = held(queries, message.video.id)
    put(queries, message.video)
    if (!before || isNews(before, message.video)) refreshFilms(queries)
  } else if (message.type === 'video.grown') extend(queries, message.id, message)
  else if (message.type === 'video.deleted') {
    drop(queries, message.id)
    refreshFilms(queries)
  }
}

/** Whether films are shown otherwise now: one plays, or no longer, or it is another that does. */
function isNews(before: Video, now: Video): boolean {
  return (
    before.playable !== now.playable ||
    before.film?.movieId !== now.film?.movieId ||
    before.film?.part !== now.film?.part ||
    before.maturityRating !== now.maturityRating
  )
}

const settles = 500
let refreshing: ReturnType<typeof setTimeout> | undefined

/**
 * What films there are to watch is another now: what is on screen is asked for again, the rest when it is. Once for
 * several that come together, and when the server has let go of what it had kept of them.
 */
function refreshFilms(queries: QueryClient) {
  clearTimeout(refreshing)
  refreshing = setTimeout(() => {
    for (const queryKey of [['home'], ['movie'], ['movies'], ['files']]) void queries.invalidateQueries({ queryKey })
  }, settles)
}
