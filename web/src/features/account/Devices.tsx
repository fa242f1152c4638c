import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { devices, useEndDevice, useSignOutEverywhere } from '@/api/account'
import type { Device } from '@/api/types'
import { ago } from '@/lib/ago'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Skeleton } from '@/ui/Skeleton'
import { State } from '@/ui/State'
import { toast } from '@/ui/toast'

/** Where somebody is signed in: one line a device, and how to sign it out from here. */
export function Devices() {
  const list = useQuery(devices)
  if (list.isPending) return <Waiting />
  if (list.isError && !list.data) {
    return (
      <State
        fill={false}
        role="alert"
        action={
          <Button tone="quiet" onClick={() => list.refetch()}>
            <Trans>Try again</Trans>
          </Button>
        }
      >
        <Trans>The devices did not load. Check the connection and try again.</Trans>
      </State>
    )
  }
  return (
    <>
      <ul className="divide-y divide-line">
        {list.data?.map((device) => (
          <Line key={device.id} device={device} />
        ))}
      </ul>
      <Everywhere />
    </>
  )
}

function Line({ device }: { device: Device }) {
  const { t, i18n } = useLingui()
  const end = useEndDevice()
  const name = device.device || t`Unknown device`
  return (
    <li className="flex min-h-18 items-center gap-4 py-3">
      <div className="mr-auto min-w-0">
        <p className="truncate">{name}</p>
        <p className="truncate text-sm text-faint" title={device.address}>
          {[device.place ?? device.address, device.current ? t`this device` : ago(device.lastSeenAt, i18n.locale)]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      {!device.current && (
        <Button
          tone="quiet"
          disabled={end.isPending}
          aria-label={t`Sign out ${name}`}
          onClick={() =>
            end.mutate(device.id, { onError: () => toast(t`The device was not signed out. Try again in a moment.`) })
          }
        >
          <Trans>Sign out</Trans>
        </Button>
      )}
    </li>
  )
}

function Everywhere() {
  const { t } = useLingui()
  const router = useRouter()
  const leave = useSignOutEverywhere()
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Button tone="quiet" className="mt-4" onClick={() => setAsking(true)}>
        <Trans>Sign out everywhere</Trans>
      </Button>
      <Dialog open={asking} title={t`Sign out everywhere?`} close={() => setAsking(false)}>
        <p className="mt-2 text-soft">
          <Trans>Every device is signed out, this one too. What plays there stops.</Trans>
        </p>
        <div className="mt-6 flex justify-end gap-3">
          <Button tone="quiet" onClick={() => setAsking(false)}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            disabled={leave.isPending}
            onClick={() =>
              leave.mutate(undefined, {
                onSuccess: () => router.invalidate(),
                onError: () => toast(t`You are still signed in: the server cannot be reached.`),
              })
            }
          >
            <Trans>Sign out</Trans>
          </Button>
        </div>
      </Dialog>
    </>
  )
}

function Waiting() {
  return (
    <div aria-busy="true">
      {[0, 1, 2].map((index) => (
        <div key={index} className="flex min-h-18 items-center">
          <div className="grid flex-1 gap-3">
            <Skeleton className="h-4 w-[40%] rounded-full" />
            <Skeleton className="h-3 w-[70%] rounded-full" />
          </div>
        </div>
      ))}
    </div>
  )
}
