import { useQueryClient } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { useEffect } from 'react'
import { listen } from '@/api/live'
import { useMe } from '@/api/session'
import { choose } from '@/i18n'

/** While someone is signed in, every screen hears what changes on the server. */
export function SignedIn() {
  const queries = useQueryClient()
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
