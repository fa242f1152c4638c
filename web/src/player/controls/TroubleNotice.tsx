import { Trans } from '@lingui/react/macro'
import { Button } from '@/ui/Button'
import type { Trouble } from '../engine'
import { useRequests } from '../engineContext'

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
    </div>
  )
}
