import { useQueryClient } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { useEffect } from 'react'
import { listen } from '@/api/live'

/** While someone is signed in, every screen hears what changes on the server. */
export function SignedIn() {
  const queries = useQueryClient()
  useEffect(() => listen(queries), [queries])
  return <Outlet />
}
