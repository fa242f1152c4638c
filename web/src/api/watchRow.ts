// The row of what to go on with as it is by now: as it was answered, and what was heard from open devices since.
import type { QueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { client } from './client'
import { continuing, type Going, refreshWatched, type Standing } from './watch'
import { deviceId } from './watchDevice'
import { markOf, onMoved, useMarks } from './watchPlaces'
import { eraText, isBegun, isUnfinished, join, type Mark } from './watchRule'

/** When it was watched last; the beginning of time where it never was. */
export const momentOf = ({ lastWatchedAt }: Standing) => lastWatchedAt ?? new Date(0).toISOString()

/** A standing with what was heard since. Whether it is at its end is then only known where that is the film's own. */
export function standingNow<One extends Standing>(standing: One, heard: Mark | undefined): One {
  const before = heard && markOf({ ...standing, deviceId: '', device: '', at: momentOf(standing) })
  if (!before) return standing
  const { era, kind, position, duration, at } = join(before, heard)
  return {
    ...standing,
    era: eraText(era),
    kind,
    positionSeconds: position,
    durationSeconds: duration,
    lastWatchedAt: new Date(at).toISOString(),
  }
}

/** Whether there is something of it to go on with, or to see again. */
export function isBegunBy(standing: Standing): boolean {
  return standing.kind !== 'forgotten' && standing.durationSeconds > 0 && isBegun(markOfStanding(standing))
}

/** The films of the row that are still to go on with, the last watched first. */
export function rowNow(answered: readonly Going[], heard: ReadonlyMap<string, Mark>): Going[] {
  return answered
    .flatMap((film) => {
      const mark = heard.get(film.videoId)
      const now = standingNow(film, mark)
      return now === film || isUnfinished(markOfStanding(now)) ? [now] : []
    })
    .sort((a, b) => Date.parse(momentOf(b)) - Date.parse(momentOf(a)))
}

function markOfStanding({ positionSeconds, durationSeconds, kind }: Standing): Mark {
  return { era: { at: 0, by: '' }, kind, position: positionSeconds, duration: durationSeconds, at: 0 }
}

const settles = 500
const again = 10_000
const mostAsked = 3

/**
 * Asks for the row again when it may have become another: a film was begun somewhere, of which only the server knows
 * the name, or was left, perhaps at its credits. A film that does not come by it, since it is none to go on with, is
 * asked for a few times and no more.
 */
export function useNews(row: readonly Going[] | undefined, ask: () => void) {
  const heard = useMarks()
  const latest = useRef(ask)
  latest.current = ask
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const asked = useRef(new Map<string, { times: number; last: number }>())
  useEffect(() => {
    for (const [videoId, mark] of heard) {
      if (!row || !isUnfinished(mark) || row.some((one) => one.videoId === videoId)) continue
      const which = `${videoId} ${eraText(mark.era)}`
      const { times, last } = asked.current.get(which) ?? { times: 0, last: 0 }
      if (times >= mostAsked || Date.now() - last < again) continue
      asked.current.set(which, { times: times + 1, last: Date.now() })
      soon()
    }
    function soon() {
      clearTimeout(timer.current)
      timer.current = setTimeout(() => latest.current(), settles)
    }
    return onMoved((message) => message.type === 'watch.position' && message.state === 'stopped' && soon())
  }, [row, heard])
  useEffect(() => () => clearTimeout(timer.current), [])
}

/** Puts a film back that was just taken away: it counts as watched then, as far as it was. */
export async function putBack(queries: QueryClient, film: Going): Promise<void> {
  await client.PUT('/watch/{videoId}', {
    params: { path: { videoId: film.videoId } },
    body: {
      deviceId: deviceId(),
      positionSeconds: film.positionSeconds,
      durationSeconds: film.durationSeconds,
      observedAt: momentOf(film),
      state: 'stopped',
    },
  })
  refreshWatched(queries)
}

/** The row, refreshed after a film was left: it is asked for whenever it is come back to. */
export const row = { ...continuing, staleTime: 5000 }
