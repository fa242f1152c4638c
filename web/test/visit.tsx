// Opens the whole app at an address, against the stand-in backend, the way a person would find it.
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router'
import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { createQueries } from '@/api/queries'
import { createAppRouter } from '@/app/router'
import { createBackend } from './backend'

export function aBackend() {
  const server = setupServer()
  const here = { backend: createBackend(), server }
  beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
  beforeEach(() => {
    here.backend = createBackend()
    server.use(...here.backend.handlers)
  })
  afterEach(() => server.resetHandlers())
  afterAll(() => server.close())
  return here
}

export function visit(path: string) {
  const queries = createQueries()
  queries.setDefaultOptions({ queries: { ...queries.getDefaultOptions().queries, retry: false } })
  const history = createMemoryHistory({ initialEntries: [path] })
  const router = createAppRouter(queries, history)
  render(
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </I18nProvider>,
  )
  return { user: userEvent.setup({ delay: null }), address: () => router.state.location.href, queries }
}
