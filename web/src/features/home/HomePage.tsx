import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useCallback, useDeferredValue, useEffect, useState } from 'react'
import { home } from '@/api/home'
import { mayUpload, useMe } from '@/api/session'
import type { HomeRow } from '@/api/types'
import { byArrows } from '@/lib/arrows'
import { Button, buttonClass } from '@/ui/Button'
import { ErrorBoundary } from '@/ui/ErrorBoundary'
import { FilmCard } from '@/ui/FilmCard'
import { Row, RowSkeleton } from '@/ui/Row'
import { RowFailed } from '@/ui/RowFailed'
import { State } from '@/ui/State'
import { expected } from './expected'
import { Hero, HeroSkeleton } from './Hero'
import { InTime, RowPlace } from './InTime'
import { leadOf } from './lead'
import { RowTitle } from './RowTitle'

// Only editors see it, and never first.
const OnTheWay = lazy(() => import('./OnTheWay').then(({ OnTheWay }) => ({ default: OnTheWay })))
// It comes with what it is told by, which nothing here waits for.
const GoOn = lazy(() => import('./GoOn').then(({ GoOn }) => ({ default: GoOn })))

const none: HomeRow[] = []

/** The first page: one film to the edges, and under it rows to choose from. */
export function HomePage() {
  const page = useQuery(home)
  const who = useMe()
  const editor = mayUpload(who)
  const begun = expected(who?.profile.id ?? '')
  // What leads is there first; rows are drawn in pieces after it.
  const shown = useDeferredValue(page.data?.rows ?? none, none)

  if (page.isPending) {
    return (
      <>
        <HeroSkeleton />
        <div className="-mt-10 grid gap-6 pb-32">
          {begun > 0 && <RowSkeleton wide cards={begun} />}
          <RowSkeleton />
          <RowSkeleton />
        </div>
      </>
    )
  }
  if (!page.data) {
    return (
      <State
        role="alert"
        action={
          <Button onClick={() => page.refetch()}>
            <Trans>Try again</Trans>
          </Button>
        }
      >
        <Trans>The films did not load. Check the connection and try again.</Trans>
      </State>
    )
  }
  const { rows, stale, awaited = 0 } = page.data
  const lead = leadOf(rows)
  const atWork = editor && (
    <ErrorBoundary fallback={(retry) => <RowFailed retry={retry} />}>
      <Suspense fallback={null}>
        <OnTheWay />
      </Suspense>
    </ErrorBoundary>
  )
  if (rows.length === 0) {
    return (
      <div className="pt-24">
        {atWork}
        <Empty editor={editor} />
      </div>
    )
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the films in it are what is focused; arrows go between them.
    <div onKeyDown={byArrows}>
      {lead && (
        <ErrorBoundary fallback={(retry) => <RowFailed retry={retry} />}>
          <Hero film={lead} />
        </ErrorBoundary>
      )}
      <Below begun={begun} className={lead ? '-mt-10' : 'pt-24'}>
        {stale && <Stale />}
        {shown.map((row, index) => (
          <ErrorBoundary key={row.id} fallback={(retry) => <RowFailed retry={retry} />}>
            <InTime at={index}>
              <Row title={<RowTitle row={row} />}>
                {row.items.map((film, place) => (
                  <FilmCard key={film.id} film={film} inRow eager={index === 0 && place < 4} />
                ))}
              </Row>
            </InTime>
            {index === 0 && atWork}
          </ErrorBoundary>
        ))}
        {Array.from({ length: awaited }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same, and stay where they are.
          <RowPlace key={index} />
        ))}
      </Below>
    </div>
  )
}

const patience = 1000

/**
 * What to go on with, and the rows under it. Where nothing is expected of the first, its place is not kept, and the
 * others are not shown before it is known what stands above them, or that is long in coming: so nothing jumps.
 */
function Below({ begun, className, children }: { begun: number; className: string; children: ReactNode }) {
  const [known, setKnown] = useState(begun > 0)
  const onKnown = useCallback(() => setKnown(true), [])
  useEffect(() => {
    const timer = setTimeout(onKnown, patience)
    return () => clearTimeout(timer)
  }, [onKnown])
  return (
    <div className={`relative grid gap-6 pb-32 ${className} ${known ? '' : 'invisible'}`}>
      <ErrorBoundary fallback={(retry) => <RowFailed wide retry={retry} />}>
        <Suspense fallback={begun > 0 && <RowSkeleton wide cards={begun} />}>
          <GoOn onKnown={onKnown} />
        </Suspense>
      </ErrorBoundary>
      {children}
    </div>
  )
}

function Stale() {
  return (
    <p role="status" className="page-x text-sm text-accent">
      <Trans>The catalogue is not answering. This is how it was a moment ago.</Trans>
    </p>
  )
}

function Empty({ editor }: { editor: boolean }) {
  if (!editor) {
    return (
      <State>
        <Trans>No films yet. They appear here as soon as someone adds them.</Trans>
      </State>
    )
  }
  return (
    <State
      action={
        <Link to="/upload" className={buttonClass('primary')}>
          <Trans>Upload a film</Trans>
        </Link>
      }
    >
      <Trans>Your cinema is empty. The first film plays seconds after it arrives.</Trans>
    </State>
  )
}
