import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { invitations, useUninvite } from '@/api/people'
import type { Invitation } from '@/api/types'
import { Button } from '@/ui/Button'
import { toast } from '@/ui/toast'
import { roles } from './words'

/** Who was invited and has not come yet. */
export function Invitations() {
  const list = useInfiniteQuery(invitations)
  const all = list.data?.pages.flatMap((page) => page.items) ?? []
  if (list.isError && all.length === 0) {
    return (
      <p role="alert" className="mt-12 flex flex-wrap items-center gap-4 text-soft">
        <Trans>The invitations did not load.</Trans>
        <Button tone="quiet" onClick={() => list.refetch()}>
          <Trans>Try again</Trans>
        </Button>
      </p>
    )
  }
  if (all.length === 0) return null
  return (
    <section className="mt-12">
      <h2 className="mb-4 text-lg">
        <Trans>Invited</Trans>
      </h2>
      <ul className="divide-y divide-line">
        {all.map((invitation) => (
          <Line key={invitation.id} invitation={invitation} />
        ))}
      </ul>
      {list.hasNextPage && (
        <div className="mt-8 text-center">
          <Button tone="quiet" disabled={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
            <Trans>Show more</Trans>
          </Button>
        </div>
      )}
    </section>
  )
}

function Line({ invitation }: { invitation: Invitation }) {
  const { t, i18n } = useLingui()
  const take = useUninvite()
  const to = invitation.email || t`Whoever has the link`
  const words = roles.find(([role]) => role === invitation.role)?.[1]
  const until = i18n.date(new Date(invitation.expiresAt), { dateStyle: 'medium' })
  return (
    <li className="flex min-h-18 items-center gap-4 py-3">
      <div className="mr-auto min-w-0">
        <p className="truncate">{to}</p>
        <p className="truncate text-sm text-faint">
          {words && i18n._(words)} · <Trans>good until {until}</Trans>
        </p>
      </div>
      <Button
        tone="plain"
        disabled={take.isPending}
        aria-label={t`Take back the invitation of ${to}`}
        onClick={() =>
          take.mutate(invitation.id, { onError: () => toast(t`That was not done. Try again in a moment.`) })
        }
      >
        <Trans>Take back</Trans>
      </Button>
    </li>
  )
}
