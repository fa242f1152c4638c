import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { hasStatus } from '@/api/problem'
import { me } from '@/api/session'
import { useOnline } from '@/lib/online'
import { ErrorBoundary } from '@/ui/ErrorBoundary'

// Nothing is said before somebody has done something.
const Toasts = lazy(() => import('@/ui/toast').then(({ Toasts }) => ({ default: Toasts })))

/** Around every screen: the offline line, the toasts, and the way back to the door when a session ends. */
export function Frame() {
  const { t } = useLingui()
  useSessionEnd()
  return (
    <>
      <OfflineLine />
      <Outlet />
      <ErrorBoundary fallback={() => null}>
        <Suspense fallback={null}>
          <Toasts closeLabel={t`Close`} />
        </Suspense>
      </ErrorBoundary>
    </>
  )
}

/** A quiet line under the header: nothing moves for it. */
function OfflineLine() {
  if (useOnline()) return null
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 top-16 z-40">
      <p className="mx-auto w-max rounded-full border border-line bg-ground/90 px-4 py-1 text-sm text-soft">
        <Trans>No connection — showing what is saved</Trans>
      </p>
    </div>
  )
}

/** Any answer of 401 means the session is over: forget who was here and ask again. */
function useSessionEnd() {
  const queries = useQueryClient()
  const router = useRouter()
  useEffect(
    () =>
      queries.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated' || event.action.type !== 'error' || !hasStatus(event.action.error, 401)) return
        if (!queries.getQueryData(me.queryKey)) return
        queries.setQueryData(me.queryKey, null)
        void router.invalidate()
      }),
    [queries, router],
  )
}
