import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { Outlet, useRouter } from '@tanstack/react-router'
import { useCallback, useEffect } from 'react'
import { useMe, useSession } from '@/api/session'
import { choose } from '@/i18n'

/** While someone is signed in, every screen hears what changes on the server. */
export function SignedIn() {
  const queries = useQueryClient()
  const router = useRouter()
  useSession(useCallback(() => void router.invalidate(), [router]))
  useEffect(() => hear(queries), [queries])
  useTheirLanguage()
  return <Outlet />
}

/** The app speaks as who is watching has chosen, wherever they are; without a choice, as this device does. */
function useTheirLanguage() {
  const language = useMe()?.profile.language
  useEffect(() => {
    if (language) void choose(language)
  }, [language])
}

/** Opens the live channel, whose code comes after the first picture; returns how to close it. */
function hear(queries: QueryClient): () => void {
  let left = false
  let close = () => {}
  import('@/api/live').then(
    ({ listen }) => {
      if (!left) close = listen(queries)
    },
    () => {}, // Without it, screens that need it ask again and again.
  )
  return () => {
    left = true
    close()
  }
}
