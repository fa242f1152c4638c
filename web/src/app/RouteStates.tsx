import { Trans } from '@lingui/react/macro'
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { isUnreachable } from '@/api/problem'
import { useOnline } from '@/lib/online'
import { Button, buttonClass } from '@/ui/Button'
import { State } from '@/ui/State'

/** A screen that broke: what happened, what to do, a retry. */
export function RouteFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const online = useOnline()
  const retry = () => {
    reset()
    void router.invalidate()
  }
  return (
    <State
      role="alert"
      action={
        <Button onClick={retry}>
          <Trans>Try again</Trans>
        </Button>
      }
    >
      {isUnreachable(error) || !online ? (
        <Trans>The server cannot be reached. Check the connection and try again.</Trans>
      ) : (
        <Trans>This page could not be shown. Trying again usually helps.</Trans>
      )}
    </State>
  )
}

export function Missing() {
  return (
    <main>
      <State
        action={
          <Link to="/" className={buttonClass('primary')}>
            <Trans>Go to the library</Trans>
          </Link>
        }
      >
        <Trans>There is nothing at this address.</Trans>
      </State>
    </main>
  )
}

/** Shown only when a screen's code takes noticeably long; the screens have skeletons of their own. */
export function RouteLoading() {
  return <div className="min-h-dvh" aria-busy="true" />
}
