import { Trans } from '@lingui/react/macro'
import { useDeviceName as useHeardName } from '@/api/watchPlaces'
import { Button } from '@/ui/Button'
import { useDeviceName } from '@/ui/TimeLeft'

/** Says where the film goes on, and brings it back here. */
export function GoesOn({ deviceId, back }: { deviceId: string; back: () => void }) {
  const nameOf = useDeviceName()
  const device = nameOf(useHeardName(deviceId))
  return (
    <div role="status" className="pointer-events-none absolute inset-0 z-20 grid place-items-center bg-black/60">
      <div className="pointer-events-auto grid animate-appear justify-items-center gap-5 p-6 text-center text-white">
        <p className="text-lg font-medium">
          <Trans>Now playing on {device}</Trans>
        </p>
        <Button onClick={back}>
          <Trans>Continue here</Trans>
        </Button>
      </div>
    </div>
  )
}
