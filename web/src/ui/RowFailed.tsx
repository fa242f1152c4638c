import { Trans } from '@lingui/react/macro'
import { Button } from './Button'

/** Keeps a broken row's place and offers another try. */
export function RowFailed({ retry }: { retry: () => void }) {
  return (
    <div role="alert" className="page-x flex min-h-[280px] flex-wrap items-center gap-4 text-soft">
      <p>
        <Trans>This row did not load.</Trans>
      </p>
      <Button tone="quiet" onClick={retry}>
        <Trans>Try again</Trans>
      </Button>
    </div>
  )
}
