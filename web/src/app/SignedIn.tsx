import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useRouter } from '@tanstack/react-router'
import { useCallback, useEffect } from 'react'
import { listen } from '@/api/live'
import { useSession } from '@/api/session'

/** While someone is signed in, every screen hears what changes on the server. */
export function SignedIn() {
  const queries = useQueryClient()
  const router = useRouter()
  useSession(useCallback(() => void router.invalidate(), [router]))
  useEffect(() => listen(queries), [queries])
  return <Outlet />
}
