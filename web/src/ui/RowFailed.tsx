import { Trans } from '@lingui/react/macro'
import { Button } from './Button'

/** Keeps a broken row's place and offers another try. */
export function RowFailed({ retry, wide = false }: { retry: () => void; wide?: boolean }) {
  return (
    <div
      role="alert"
      className={`page-x flex flex-wrap content-center items-center gap-4 text-soft ${wide ? 'row-still-high' : 'min-h-[280px]'}`}
    >
      <p>
        <Trans>This row did not load.</Trans>
      </p>
      <Button tone="quiet" onClick={retry}>
        <Trans>Try again</Trans>
      </Button>
    </div>
  )
}
