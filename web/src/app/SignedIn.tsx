import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useRouter } from '@tanstack/react-router'
import { useCallback, useEffect } from 'react'
import { listen } from '@/api/live'
import { useMe, useSession } from '@/api/session'
import { choose } from '@/i18n'

/** While someone is signed in, every screen hears what changes on the server. */
export function SignedIn() {
  const queries = useQueryClient()
  const router = useRouter()
  useSession(useCallback(() => void router.invalidate(), [router]))
  useEffect(() => listen(queries), [queries])
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
