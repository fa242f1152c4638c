import { Trans } from '@lingui/react/macro'
import { useState } from 'react'
import { Button } from '@/ui/Button'
import { useElement } from '../element'
import type { Trouble } from '../engine'
import { useEngine, useRequests } from '../engineContext'

/** What went wrong in one sentence, and the one thing to do. */
export function TroubleNotice({ trouble }: { trouble: Exclude<Trouble, 'expired'> }) {
  const { retry } = useRequests()
  return (
    <div role="alert" className="pointer-events-auto grid justify-items-center gap-5 self-center px-6 text-center">
      <p className="max-w-[40ch] text-lg text-balance text-white">
        {trouble === 'network' && <Trans>The connection dropped. It goes on by itself when it is back.</Trans>}
        {trouble === 'media' && <Trans>The picture stopped. Trying again usually helps.</Trans>}
        {trouble === 'unsupported' && (
          <Trans>This browser cannot play this film. A recent Chrome, Edge, Firefox or Safari can.</Trans>
        )}
      </p>
      {trouble !== 'unsupported' && (
        <Button onClick={retry}>
          <Trans>Try again</Trans>
        </Button>
      )}
      <Details />
    </div>
  )
}

/** For whoever helps the viewer; a viewer need not read it. */
function Details() {
  const cause = useEngine((state) => state.cause)
  const playing = useEngine((state) => state.playing)
  const currentTime = useElement((state) => state.currentTime)
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button tone="plain" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Trans>Details</Trans>
      </Button>
      {open && (
        <code lang="en" className="max-w-[44ch] text-sm wrap-anywhere text-soft">
          {[cause, playing, `${currentTime.toFixed(1)} s`].filter(Boolean).join(' · ')}
        </code>
      )}
    </>
  )
}
