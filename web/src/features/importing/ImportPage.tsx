import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { imports } from '@/api/editing'
import { mayUpload, useMe } from '@/api/session'
import { buttonClass } from '@/ui/Button'
import { RowFailed } from '@/ui/RowFailed'
import { State } from '@/ui/State'
import { ImportForm } from './ImportForm'
import { Report } from './Report'

/** Brings in what is known of many films at once. */
export function ImportPage() {
  return mayUpload(useMe()) ? <Importing /> : <NotYours />
}

function Importing() {
  const { t } = useLingui()
  const list = useQuery(imports)
  const [begun, setBegun] = useState<string | null>(null)
  const before = list.data?.filter(({ id }) => id !== begun) ?? []
  return (
    <div className="page-x mx-auto max-w-[1280px] pt-24 pb-32 md:pt-28">
      <h1 className="text-xl">
        <Trans>Import films</Trans>
      </h1>
      <p className="mt-2 mb-8 max-w-[560px] text-soft">
        <Trans>
          Titles, casts and genres from a CSV or JSON file, or a Kodi or Jellyfin .nfo. Films that are here already are
          changed, not doubled.
        </Trans>
      </p>
      <ImportForm begun={setBegun} />
      {begun && <Report key={begun} id={begun} />}
      {list.isError && !list.data && <RowFailed retry={() => void list.refetch()} />}
      {before.length > 0 && (
        <section aria-label={t`Imports before`} className="mt-12">
          <h2 className="mb-4 text-lg">
            <Trans>Before</Trans>
          </h2>
          {before.map((one) => (
            <Report key={one.id} id={one.id} first={one} />
          ))}
        </section>
      )}
    </div>
  )
}

function NotYours() {
  return (
    <State
      action={
        <Link to="/" className={buttonClass('primary')}>
          <Trans>Go to the library</Trans>
        </Link>
      }
    >
      <Trans>Only editors bring films in, from a profile without a limit.</Trans>
    </State>
  )
}
