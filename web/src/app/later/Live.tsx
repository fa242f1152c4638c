import { useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { listen } from '@/api/live'
import { putAway, useNotices } from '@/api/notices'
import { Previews } from '@/features/preview/Previews'
import { CloseIcon } from '@/ui/icons'
import { measure } from './measure'
import { NewVersion } from './NewVersion'
import { Visits } from './Visits'

/**
 * Keeps the live channel open and the app at hand for when there is no network, and says what comes of either: a word of
 * an administrator's, a new version. Opens the card of a film that is rested on. Measures how this page is for who watches. Loaded after the first picture.
 */
export function Live() {
  const { t } = useLingui()
  const queries = useQueryClient()
  const notices = useNotices((state) => state.list)
  useEffect(() => listen(queries), [queries])
  useEffect(measure, [])
  return (
    <>
      <NewVersion />
      <Visits />
      <Previews />
      <div role="status" className="pointer-events-none fixed inset-x-0 top-0 z-50 grid justify-items-center gap-2 p-4">
        {notices.map(({ id, text }) => (
          <div
            key={id}
            className="pointer-events-auto flex max-w-[560px] animate-rise items-center gap-3 rounded-panel border border-line bg-raised py-3 pr-2 pl-4"
          >
            <p className="text-sm">{text}</p>
            <button
              type="button"
              aria-label={t`Close`}
              className="grid size-8 place-items-center rounded-full text-soft hover:text-ink"
              onClick={() => putAway(id)}
            >
              <CloseIcon size={16} />
            </button>
          </div>
        ))}
      </div>
    </>
  )
}
