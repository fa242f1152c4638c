// A film that plays on two devices of one viewer goes on on the one they went to.

import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { standing, takeOver } from '@/api/watch'
import { deviceId } from '@/api/watchDevice'
import { onMoved, placeElsewhere, placeNow, type State } from '@/api/watchPlaces'
import type { DeviceViewing } from '@/player'

/** A correction that comes later than this would be a jump out of what is being watched. */
const late = 4000
/** Where the live channel brings no answer, it is asked for. */
const asksAfter = [400, 1200]

/** The device that a film goes on at, while it does; and how to go on with it here. */
export function useHandOver(videoId: string, viewing: DeviceViewing | undefined, takes: boolean) {
  const queries = useQueryClient()
  const [taker, setTaker] = useState<string>()
  const latest = useRef(viewing)
  latest.current = viewing

  /** Tells the other devices, and listens where the one that plays says that it stopped. */
  const take = useCallback(() => {
    const from = placeElsewhere(videoId)
    const timers: ReturnType<typeof setTimeout>[] = []
    const quit = () => {
      stopHearing()
      timers.forEach(clearTimeout)
    }
    const settle = (device: string | undefined, state: State | undefined, position: number) => {
      if (!device || device === deviceId() || (from && device !== from.deviceId) || !state || state === 'playing')
        return
      quit()
      latest.current?.correct(position)
    }
    const stopHearing = onMoved((moved) => {
      if (moved.type === 'watch.position' && moved.videoId === videoId)
        settle(moved.deviceId, moved.state, moved.positionSeconds)
    })
    const ask = () =>
      queries.fetchQuery({ ...standing(videoId), staleTime: 0 }).then(
        (now) => settle(now.deviceId, now.state, now.positionSeconds),
        () => {},
      )
    takeOver(videoId).then(
      () => timers.push(...asksAfter.map((after) => setTimeout(ask, after))),
      quit, // It cannot be told: then both play.
    )
    timers.push(setTimeout(quit, late))
    return quit
  }, [videoId, queries])

  useEffect(() => (takes ? take() : undefined), [takes, take])

  useEffect(() => {
    if (!viewing) return
    viewing.onPlays = () => setTaker(undefined)
    return onMoved((moved) => {
      if (moved.type !== 'watch.taken' || moved.videoId !== videoId || moved.deviceId === deviceId()) return
      if (viewing.yield()) setTaker(moved.deviceId)
    })
  }, [viewing, videoId])

  const takeBack = useCallback(() => {
    const place = taker === undefined ? undefined : placeElsewhere(videoId, taker)
    if (place) viewing?.takeFrom(placeNow(place))
    take()
    setTaker(undefined)
    viewing?.play()
  }, [taker, take, videoId, viewing])

  return { taker, takeBack }
}
