// The one door to the server. Whatever is not a success is thrown as a Problem.
import createClient, { type Middleware } from 'openapi-fetch'
import { Problem, problemOf } from './problem'
import type { paths } from './schema'

const throwProblems: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response)
  },
  onError({ error }) {
    // Asked to stop is not the same as not reached.
    if (error instanceof DOMException && error.name === 'AbortError') return error
    return new Problem(0, 'unreachable')
  },
}

export const client = createClient<paths>({
  baseUrl: `${globalThis.location.origin}/api`,
  // Late-bound, so whoever replaces fetch after this module loaded (a test, an error reporter) is heard.
  fetch: (request) => fetch(request),
})
client.use(throwProblems)
