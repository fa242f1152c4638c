import { Trans } from '@lingui/react/macro'
import { useDeviceName } from '@/api/watchPlaces'
import { Button } from '@/ui/Button'

/** Says where the film goes on, and brings it back here. */
export function GoesOn({ deviceId, back }: { deviceId: string; back: () => void }) {
  const device = useDeviceName(deviceId)
  return (
    <div role="status" className="pointer-events-none absolute inset-0 z-20 grid place-items-center bg-black/60">
      <div className="pointer-events-auto grid animate-appear justify-items-center gap-5 p-6 text-center text-white">
        <p className="text-lg font-medium">
          {device ? <Trans>Goes on on {device}</Trans> : <Trans>Goes on on another device</Trans>}
        </p>
        <Button onClick={back}>
          <Trans>Go on here</Trans>
        </Button>
      </div>
    </div>
  )
}
