import { Trans } from '@lingui/react/macro'
import { SpinnerIcon } from '../icons'

/** Says quietly that the server is being asked for again; the film plays on from what is buffered. */
export function Reconnecting({ shown }: { shown: boolean }) {
  return (
    <div role="status" className="pointer-events-none absolute inset-x-0 top-[max(72px,env(safe-area-inset-top))] z-10">
      {shown && (
        <p className="mx-auto flex w-max animate-appear items-center gap-2.5 rounded-full bg-black/80 py-2 pr-4 pl-3 text-sm text-white">
          <SpinnerIcon size={16} className="animate-spin text-accent" />
          <Trans>Reconnecting…</Trans>
        </p>
      )}
    </div>
  )
}
