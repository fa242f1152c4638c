import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { movie } from '@/api/home'
import { hasStatus } from '@/api/problem'
import { mayUpload, useMe } from '@/api/session'
import { byArrows } from '@/lib/arrows'
import { textIn } from '@/lib/inLanguage'
import { Button, buttonClass } from '@/ui/Button'
import { ErrorBoundary } from '@/ui/ErrorBoundary'
import { RowFailed } from '@/ui/RowFailed'
import { Skeleton } from '@/ui/Skeleton'
import { State } from '@/ui/State'
import { Cast } from './Cast'
import { Facts } from './Facts'
import { Head, headBox } from './Head'
import { Collected, Recommended, Similar } from './Related'

// Only editors see it, and never first.
const Editing = lazy(() => import('./editing/Editing').then(({ Editing }) => ({ default: Editing })))

const route = getRouteApi('/signed-in/shell/title/$id')

/** All there is about one film. */
export function TitlePage() {
  const { id } = route.useParams()
  // Another film is another page: nothing half done here goes along to it.
  return <Title key={id} id={id} />
}

function Title({ id }: { id: string }) {
  const { i18n } = useLingui()
  const editor = mayUpload(useMe())
  const film = useQuery(movie(id))
  useTabTitle(film.data ? textIn(film.data, i18n.locale).title : '')

  if (film.isPending) return <Waiting />
  if (!film.data) return <Refused error={film.error} retry={() => void film.refetch()} />
  const broken = (retry: () => void) => <RowFailed retry={retry} />
  return (
    <article onKeyDown={byArrows} className="pb-32">
      <Head film={film.data} />
      <div className="grid gap-12">
        {film.data.stale && (
          <p role="status" className="page-x text-sm text-accent">
            <Trans>The catalogue is not answering. This is how it was a moment ago.</Trans>
          </p>
        )}
        <ErrorBoundary fallback={broken}>
          <Cast film={film.data} />
        </ErrorBoundary>
        {film.data.collection && (
          <ErrorBoundary fallback={broken}>
            <Collected id={film.data.collection.id} name={film.data.collection.name} but={id} />
          </ErrorBoundary>
        )}
        <ErrorBoundary fallback={broken}>
          <Recommended id={id} />
        </ErrorBoundary>
        <ErrorBoundary fallback={broken}>
          <Similar id={id} />
        </ErrorBoundary>
        <ErrorBoundary fallback={broken}>
          <Facts film={film.data} />
        </ErrorBoundary>
        {editor && (
          <ErrorBoundary fallback={broken}>
            <Suspense fallback={null}>
              <Editing film={film.data} />
            </Suspense>
          </ErrorBoundary>
        )}
      </div>
    </article>
  )
}

function Refused({ error, retry }: { error: unknown; retry: () => void }) {
  if (hasStatus(error, 404) || hasStatus(error, 422)) {
    return (
      <State
        action={
          <Link to="/browse" className={buttonClass('primary')}>
            <Trans>Browse films</Trans>
          </Link>
        }
      >
        <Trans>This film is not here, or no longer.</Trans>
      </State>
    )
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
      <Trans>The film did not load. Check the connection and try again.</Trans>
    </State>
  )
}

function Waiting() {
  return (
    <div className={headBox} aria-busy="true">
      <div className="page-x relative w-full">
        <Skeleton className="h-14 w-[min(420px,70%)] rounded-poster" />
        <Skeleton className="mt-5 h-5 w-48 rounded-poster" />
        <Skeleton className="mt-6 h-12 w-40 rounded-poster" />
        <Skeleton className="mt-6 h-5 w-[min(420px,70%)] rounded-poster" />
        <Skeleton className="mt-3 h-5 w-[min(420px,70%)] rounded-poster" />
      </div>
    </div>
  )
}

function useTabTitle(title: string) {
  useEffect(() => {
    if (!title) return
    document.title = `${title} · KKMovies`
    return () => {
      document.title = 'KKMovies'
    }
  }, [title])
}
