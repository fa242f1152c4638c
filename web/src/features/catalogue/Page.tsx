import { Trans } from '@lingui/react/macro'
import { type ReactNode, useEffect } from 'react'
import { Button } from '@/ui/Button'
import { State } from '@/ui/State'

/** A screen of films under its name. */
export function Page({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · KKMovies`
    return () => {
      document.title = 'KKMovies'
    }
  }, [title])
  return (
    <div className="page-x pt-24 pb-32">
      <h1 className="mb-4 text-xl">{title}</h1>
      {children}
    </div>
  )
}

export function NotLoaded({ retry }: { retry: () => void }) {
  return (
    <State
      fill={false}
      role="alert"
      action={
        <Button tone="quiet" onClick={retry}>
          <Trans>Try again</Trans>
        </Button>
      }
    >
      <Trans>The films did not load. Check the connection and try again.</Trans>
    </State>
  )
}

/** What follows did not come; what came before stays. */
export function MoreFailed({ retry }: { retry: () => void }) {
  return (
    <div role="alert" className="flex flex-wrap items-center justify-center gap-4 py-8 text-soft">
      <p>
        <Trans>What follows did not load.</Trans>
      </p>
      <Button tone="quiet" onClick={retry}>
        <Trans>Try again</Trans>
      </Button>
    </div>
  )
}
