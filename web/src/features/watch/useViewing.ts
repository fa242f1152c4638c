import { useRef } from 'react'
import { useMe } from '@/api/session'
import type { Stream } from '@/api/types'
import { noteServerTime } from '@/api/watchClock'
import { outbox } from '@/api/watchOutbox'
import { placeElsewhere, placeNow } from '@/api/watchPlaces'
import { DeviceViewing } from '@/player'

/** This viewing of a film, from its first ticket on: those that follow only renew its addresses. */
export function useViewing(
  videoId: string,
  opened: Stream | undefined,
  openedAt: number,
  takes: boolean,
  again: boolean,
): DeviceViewing | undefined {
  const profile = useMe()?.profile
  const viewing = useRef<DeviceViewing>(undefined)
  if (opened) noteServerTime(Date.parse(opened.serverTime), openedAt)
  if (!viewing.current && opened && profile) {
    const { sessionId, durationSeconds, era, resumeAtSeconds } = opened
    const begun = new DeviceViewing({
      videoId,
      profileId: profile.id,
      sessionId,
      durationSeconds,
      era,
      resumeAtSeconds,
    })
    begun.bandwidths = new Map(opened.renditions?.map(({ height, bandwidth }) => [height, bandwidth]))
    outbox.speakFor(profile.id) // The live channel, which would, may not be here yet.
    const place = takes ? placeElsewhere(videoId) : undefined
    if (place) begun.takeFrom(placeNow(place))
    else if (again) begun.beginAnew()
    viewing.current = begun
  }
  return viewing.current
}
