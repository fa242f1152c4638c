import { Trans } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { users } from '@/api/people'
import { mayRun, useMe } from '@/api/session'
import type { User } from '@/api/types'
import { Button, buttonClass } from '@/ui/Button'
import { Skeleton } from '@/ui/Skeleton'
import { State } from '@/ui/State'
import { DeleteDialog } from './DeleteDialog'
import { Invitations } from './Invitations'
import { InviteDialog } from './InviteDialog'
import { LinkDialog } from './LinkDialog'
import { Person } from './Person'

/** Who has an account here, and who was invited. */
export function PeoplePage() {
  return mayRun(useMe()) ? <People /> : <NotYours />
}

function People() {
  const list = useInfiniteQuery(users)
  const [inviting, setInviting] = useState(false)
  const [deleting, setDeleting] = useState<User | null>(null)
  const [link, setLink] = useState<{ to: string; path: string } | null>(null)
  const all = list.data?.pages.flatMap((page) => page.items)
  return (
    <div className="page-x mx-auto max-w-[1280px] pt-24 pb-32 md:pt-28">
      <div className="mb-8 flex flex-wrap items-center justify-between gap-x-6 gap-y-4">
        <h1 className="text-xl">
          <Trans>People</Trans>
        </h1>
        <Button onClick={() => setInviting(true)}>
          <Trans>Invite someone</Trans>
        </Button>
      </div>
      {list.isPending && <Waiting />}
      {list.isError && !all && (
        <State
          fill={false}
          role="alert"
          action={
            <Button tone="quiet" onClick={() => list.refetch()}>
              <Trans>Try again</Trans>
            </Button>
          }
        >
          <Trans>The list did not load. Check the connection and try again.</Trans>
        </State>
      )}
      <ul className="divide-y divide-line">
        {all?.map((user) => (
          <Person
            key={user.id}
            user={user}
            remove={() => setDeleting(user)}
            showLink={(path) => setLink({ to: user.email, path })}
          />
        ))}
      </ul>
      {list.hasNextPage && (
        <div className="mt-8 text-center">
          <Button tone="quiet" disabled={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
            <Trans>Show more</Trans>
          </Button>
        </div>
      )}
      <Invitations />
      <InviteDialog open={inviting} close={() => setInviting(false)} />
      <DeleteDialog user={deleting} close={() => setDeleting(null)} />
      <LinkDialog link={link} close={() => setLink(null)} />
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
      <Trans>Only administrators see who has an account, from a profile without a limit.</Trans>
    </State>
  )
}

function Waiting() {
  return (
    <div aria-busy="true">
      {[0, 1, 2].map((index) => (
        <div key={index} className="flex min-h-18 items-center">
          <div className="grid flex-1 gap-3">
            <Skeleton className="h-4 w-[40%] rounded-full" />
            <Skeleton className="h-3 w-[70%] rounded-full" />
          </div>
        </div>
      ))}
    </div>
  )
}
