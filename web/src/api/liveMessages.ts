// What each message of the live channel does to what is on screen.
import type { QueryClient } from '@tanstack/react-query'
import { type Notice, showNotice } from './notices'
import { renew } from './renew'
import { me } from './session'
import type { Opinion, Video } from './types'
import { drop, extend, type Growth, held, put, videos } from './videos'
import { hear, type Moved, type Taken } from './watchPlaces'

export type Message =
  | { type: 'video.changed'; video: Video }
  | ({ type: 'video.grown'; id: string } & Growth)
  | { type: 'video.deleted'; id: string }
  | Moved
  | Taken
  | { type: 'list.changed'; movieId: string; listed: boolean }
  | { type: 'profile.changed' }
  | { type: 'profiles.changed' }
  | { type: 'session.ended'; sessionId: string }
  | ({ type: 'notice' } & Notice)

const onVideos = [videos.queryKey, ['video'], ['growth']]
const onWatching = [['continue'], ['history'], ['standing']]
const onProfile = [['my-list'], ['opinion'], ['home'], ['movie'], ['profiles'], me.queryKey]

/** Asks again for what the channel keeps fresh and may have changed unheard: between two connections more may have. */
export function refresh(queries: QueryClient, between: boolean): void {
  invalidate(queries, [...onVideos, ...onWatching, ...(between ? [me.queryKey] : [])])
}

/** Asks again for whatever the channel keeps fresh. */
export function refreshAll(queries: QueryClient): void {
  invalidate(queries, [...onVideos, ...onWatching, ...onProfile])
}

function invalidate(queries: QueryClient, keys: readonly (readonly unknown[])[]) {
  for (const queryKey of keys) void queries.invalidateQueries({ queryKey })
}

/** What one message does to what is on screen. */
export function take(queries: QueryClient, message: Message): void {
  switch (message.type) {
    case 'video.changed': {
      const before = held(queries, message.video.id)
      put(queries, message.video)
      if (!before || isNews(before, message.video)) refreshFilms(queries)
      break
    }
    case 'video.grown':
      extend(queries, message.id, message)
      break
    case 'video.deleted':
      drop(queries, message.id)
      refreshFilms(queries)
      break
    case 'watch.position':
    case 'watch.taken':
      hear(message)
      break
    case 'list.changed':
      queries.setQueryData<Opinion>(
        ['opinion', message.movieId],
        (known) => known && { ...known, listed: message.listed },
      )
      invalidate(queries, [['my-list'], ['home']])
      break
    case 'profile.changed':
      invalidate(queries, [me.queryKey])
      break
    case 'profiles.changed':
      invalidate(queries, [['profiles']])
      break
    case 'session.ended':
      // Whether it is ours the server knows best: it says so, and the door is shown.
      if (queries.getQueryData(me.queryKey)?.session.id === message.sessionId) renew().catch(() => {})
      break
    case 'notice':
      showNotice(message)
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
  refreshing = setTimeout(() => invalidate(queries, [['home'], ['movie'], ['movies'], ['files']]), settles)
}
