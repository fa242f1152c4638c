import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { importOf } from '@/api/editing'
import type { MovieImport } from '@/api/types'
import { ago } from '@/lib/ago'
import { ProgressBar } from '@/ui/ProgressBar'
import { RowFailed } from '@/ui/RowFailed'
import { Skeleton } from '@/ui/Skeleton'

/** How far an import is, and in the end what came of it and what was left out. */
export function Report({ id, first }: { id: string; first?: MovieImport }) {
  const { t, i18n } = useLingui()
  const state = useQuery({ ...importOf(id), initialData: first, initialDataUpdatedAt: first && Date.now() })
  const now = state.data
  if (state.isError && !now) return <RowFailed retry={() => void state.refetch()} />
  if (!now) return <Skeleton className="mt-6 h-16 rounded-poster" />
  const { done, total, created, changed, unchanged, failed, problems } = now
  const goesOn = now.status === 'waiting' || now.status === 'running'
  const when = ago(now.createdAt, i18n.locale)
  return (
    <section aria-label={t`Import ${when}`} className="border-t border-line py-4 tabular-nums">
      <div role="status" className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <p className="font-medium">
          {now.status === 'waiting' && <Trans>Waiting its turn</Trans>}
          {now.status === 'running' && total === 0 && <Trans>Reading</Trans>}
          {now.status === 'running' && total > 0 && (
            <Trans>
              {done} of {total}
            </Trans>
          )}
          {now.status === 'done' && (
            <Plural value={created + changed} one="# film brought in" other="# films brought in" />
          )}
          {now.status === 'failed' && <Trans>It did not go through</Trans>}
        </p>
        <p className="text-sm text-faint">
          {now.source === 'nfo' ? '.nfo' : now.source.toUpperCase()} · {when}
        </p>
      </div>
      {goesOn && (
        <div className="mt-3">
          <ProgressBar value={total > 0 ? done / total : 0} label={t`Import`} />
        </div>
      )}
      <p className="mt-1 flex flex-wrap gap-x-4 text-sm text-soft">
        {created > 0 && <Plural value={created} one="# new" other="# new" />}
        {changed > 0 && <Plural value={changed} one="# changed" other="# changed" />}
        {unchanged > 0 && <Plural value={unchanged} one="# as it was" other="# as they were" />}
        {failed > 0 && (
          <span className="text-bad">
            <Plural value={failed} one="# left out" other="# left out" />
          </span>
        )}
      </p>
      {problems.length > 0 && (
        <details className="mt-3 text-sm" open={first === undefined}>
          <summary className="text-soft">
            <Trans>What was left out, and why</Trans>
          </summary>
          <ul className="mt-2 grid max-h-[40dvh] gap-1 overflow-auto">
            {problems.map(({ where, what }) => (
              <li key={`${where} ${what}`} className="flex gap-3">
                <span className="w-32 shrink-0 text-faint">{where}</span>
                <span className="min-w-0 wrap-anywhere">{what}</span>
              </li>
            ))}
          </ul>
          {failed > problems.length && (
            <p className="mt-2 text-faint">
              <Trans>The first hundred are shown.</Trans>
            </p>
          )}
        </details>
      )}
    </section>
  )
}
