import { Trans, useLingui } from '@lingui/react/macro'
import { useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import { useMe } from '@/api/session'
import { CloseIcon } from '@/ui/icons'
import { useWorker } from './worker'

/** Offers a new version of the app once it is here, above the places of a phone. Never over a film, and never by itself. */
export function NewVersion() {
  const { t } = useLingui()
  const update = useWorker(useMe()?.profile.id)
  const watching = useRouterState({ select: ({ location }) => location.pathname.startsWith('/watch/') })
  const [later, setLater] = useState(false)
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-0 z-50 grid justify-items-center p-4 pb-20"
    >
      {update && !later && !watching && (
        <div className="pointer-events-auto flex max-w-[560px] animate-rise items-center gap-3 rounded-panel border border-line bg-raised py-3 pr-2 pl-4">
          <p className="text-sm">
            <Trans>There is a new version of KKMovies.</Trans>
          </p>
          <button type="button" className="text-sm font-medium text-accent" onClick={update}>
            <Trans>Update</Trans>
          </button>
          <button
            type="button"
            aria-label={t`Later`}
            className="grid size-8 place-items-center rounded-full text-soft hover:text-ink"
            onClick={() => setLater(true)}
          >
            <CloseIcon size={16} />
          </button>
        </div>
      )}
    </div>
  )
}
