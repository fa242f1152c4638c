// The one door to the server. Whatever is not a success is thrown as a Problem.
import createClient, { type Middleware } from 'openapi-fetch'
import { Problem, problemOf } from './problem'
import { send } from './renew'
import type { paths } from './schema'

const throwProblems: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response)
  },
  onError({ error }) {
    // Asked to stop is not the same as not reached.
    if (error instanceof DOMException && error.name === 'AbortError') return error
    if (error instanceof Problem) return error
    return new Problem(0, 'unreachable')
  },
}

export const client = createClient<paths>({
  baseUrl: `${globalThis.location.origin}/api`,
  fetch: send,
})
client.use(throwProblems)
