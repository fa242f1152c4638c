import type { QueryClient } from '@tanstack/react-query'
import { home } from './home'
import { me } from './session'
import type { Me } from './types'

/** Takes the answers that came with the page as if they had been asked for. Returns who is here, if there were any. */
export function takeGiven(queries: QueryClient): Me | undefined {
  const given = document.getElementById('given')
  if (!given) return
  const answers = JSON.parse(given.textContent)
  queries.setQueryData(me.queryKey, answers.me)
  queries.setQueryData(home.queryKey, answers.home)
  return answers.me
}
