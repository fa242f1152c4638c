import { Outlet, useRouter } from '@tanstack/react-router'
import { type ComponentType, useCallback, useEffect, useState } from 'react'
import { useMe, useSession } from '@/api/session'
import { choose, speakOf } from '@/i18n'

/** While someone is signed in, every screen hears what changes on the server. */
export function SignedIn() {
  const router = useRouter()
  const [Live, setLive] = useState<ComponentType>()
  useSession(useCallback(() => void router.invalidate(), [router]))
  useTheirLanguage()
  useEffect(() => {
    Promise.all([import('./later/Live'), speakOf('later')]).then(
      ([{ Live }]) => setLive(() => Live),
      () => {}, // Without it, screens that need it ask again and again.
    )
  }, [])
  return (
    <>
      <Outlet />
      {Live && <Live />}
    </>
  )
}

/** The app speaks as who is watching has chosen, wherever they are; without a choice, as this device does. */
function useTheirLanguage() {
  const language = useMe()?.profile.language
  useEffect(() => {
    if (language) void choose(language)
  }, [language])
}
