import { useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import { ErrorBoundary } from '@/ui/ErrorBoundary'
import { type Rest, watchRest } from './rest'

// Many never rest on a film, and nobody with a finger does.
const Preview = lazy(() => import('./Preview').then(({ Preview }) => ({ default: Preview })))

/** Opens a film's card where a mouse or the keys rest on it. It stands in the card, so that Tab goes on into it. */
export function Previews() {
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const [at, setAt] = useState<Rest>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: on another screen nothing is rested on.
  useEffect(() => watchRest(setAt), [path])
  if (!at) return null
  return createPortal(
    <ErrorBoundary fallback={() => null}>
      <Suspense fallback={null}>
        <Preview key={at.id} id={at.id} card={at.card} />
      </Suspense>
    </ErrorBoundary>,
    at.card,
  )
}
