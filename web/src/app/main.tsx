import '@/ui/theme.css'
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, startTransition } from 'react'
import { createRoot } from 'react-dom/client'
import { takeGiven } from '@/api/given'
import { createQueries } from '@/api/queries'
import { speak, startingLocale } from '@/i18n'
import { createAppRouter } from './router'

// In a function of its own: what awaits in a module holds up whoever imports it, as the screens do that are loaded here.
async function start() {
  const root = document.getElementById('app')
  if (!root) throw new Error('index.html has no #app')
  const queries = createQueries()
  const router = createAppRouter(queries)
  // What came with the page is painted already: the app takes its place when it has all of it, and not before.
  const who = takeGiven(queries)
  const loaded = who && router.load()
  await speak(who?.profile.language || startingLocale())
  await loaded
  // In pieces: who presses something meanwhile is answered.
  startTransition(() =>
    createRoot(root).render(
      <StrictMode>
        <I18nProvider i18n={i18n}>
          <QueryClientProvider client={queries}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </I18nProvider>
      </StrictMode>,
    ),
  )
}

void start()
