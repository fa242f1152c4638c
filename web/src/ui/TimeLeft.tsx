import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { useCallback } from 'react'
import { length } from '@/lib/time'

type Film = { positionSeconds: number; durationSeconds: number }

/** How long a film still goes on, as people say it: "31 min left". */
export function useTimeLeft(): (film: Film) => string {
  const { i18n } = useLingui()
  return useCallback(
    ({ positionSeconds, durationSeconds }) => {
      const minutes = Math.max(1, Math.round((durationSeconds - positionSeconds) / 60))
      const long = length(minutes * 60)
      // The verb goes with the number that is said first: one hour, or so many minutes.
      const first = minutes < 60 ? minutes : Math.floor(minutes / 60)
      return i18n._(plural(first, { one: `${long} left`, other: `${long} left` }))
    },
    [i18n],
  )
}

/** How much of a film was seen, 0 to 1. */
export function shareOf({ positionSeconds, durationSeconds }: Film): number {
  return durationSeconds > 0 ? Math.min(1, positionSeconds / durationSeconds) : 0
}

/** What a device is called, in words: the server says "Chrome on Android", or nothing where it does not know. */
export function useDeviceName(): (device: string | undefined) => string {
  const { t } = useLingui()
  return useCallback(
    (device) => {
      if (!device) return t`another device`
      const [browser, ...rest] = device.split(' on ')
      const system = rest.join(' on ')
      return system ? t`${browser} on ${system}` : device
    },
    [t],
  )
}
