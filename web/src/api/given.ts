import type { QueryClient } from '@tanstack/react-query'
import { home } from './home'
import { me } from './session'
import type { Me } from './types'

/**
 * Takes the answers that came with the page as if they had been asked for; where there are more rows than came, they count
 * as old, so that all are asked for. Returns who is here, if there were any.
 */
export function takeGiven(queries: QueryClient): Me | undefined {
  const given = document.getElementById('given')
  if (!given) return
  const answers = JSON.parse(given.textContent)
  queries.setQueryData(me.queryKey, answers.me)
  queries.setQueryData(home.queryKey, answers.home, { updatedAt: answers.home.awaited ? 1 : undefined })
  return answers.me
}
