// Staying signed in. Every request is proven by a token that lives a quarter of an hour and is traded for the next
// before then, by a cookie no script can read. All tabs share the cookies, so one tab trades for all.
import { Problem, problemOf } from './problem'

/** Someone signed in or out, here or in another tab. */
export type Turn = 'in' | 'out'

const listeners = new Set<(turn: Turn) => void>()
const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('kk.session')
tabs?.addEventListener('message', ({ data }) => tell(data as Turn))
// A test's process ends although a channel is open.
;(tabs as { unref?: () => void } | undefined)?.unref?.()

function tell(turn: Turn) {
  for (const listener of listeners) listener(turn)
}

/** Hears of turns that others took: another tab, or the server. Returns how to stop. */
export function onTurn(listener: (turn: Turn) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Tells the other tabs of a turn taken here. */
export function announce(turn: Turn): void {
  if (turn === 'out') localStorage.removeItem(freshUntil)
  tabs?.postMessage(turn)
}

const freshUntil = 'kk.fresh'
const spare = 60_000

/** Notes for how long the token is good that just came. */
export function noteFresh(seconds: number): void {
  localStorage.setItem(freshUntil, String(Date.now() + seconds * 1000))
}

function freshFor(): number {
  return Number(localStorage.getItem(freshUntil) ?? 0) - Date.now()
}

let under: Promise<boolean> | undefined

/**
 * Trades for the next token; false when the session has ended. Whoever asks while that is under way gets the same
 * answer. When the server cannot be asked that is thrown: nobody is signed out by a cable.
 */
export function renew(): Promise<boolean> {
  under ??= alone(trade).finally(() => {
    under = undefined
  })
  return under
}

async function trade(): Promise<boolean> {
  let response: Response
  try {
    response = await fetch('/api/auth/refresh', { method: 'POST' })
  } catch {
    throw new Problem(0, 'unreachable')
  }
  if (response.status === 401) {
    announce('out')
    tell('out')
    return false
  }
  if (!response.ok) throw await problemOf(response)
  noteFresh(((await response.json()) as { expiresInSeconds: number }).expiresInSeconds)
  return true
}

/** One tab at a time; what another did meanwhile need not be done again. Without locks the server bears with two. */
async function alone(work: () => Promise<boolean>): Promise<boolean> {
  if (!navigator.locks) return work()
  const before = localStorage.getItem(freshUntil)
  return navigator.locks.request('kk.refresh', () => {
    const since = localStorage.getItem(freshUntil)
    return since !== before && freshFor() > spare ? true : work()
  })
}

/** Keeps the token fresh while the page is looked at: pictures and the live channel cannot ask again by themselves. */
export function stayFresh(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const next = () => {
    clearTimeout(timer)
    if (document.visibilityState === 'hidden') return
    timer = setTimeout(
      () => {
        if (freshFor() > spare) return next()
        renew().then(
          (goesOn) => goesOn && next(),
          () => {
            timer = setTimeout(next, 5000)
          },
        )
      },
      Math.max(0, freshFor() - spare),
    )
  }
  document.addEventListener('visibilitychange', next)
  next()
  return () => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', next)
  }
}

// Where somebody proves who they are, a refusal is the answer.
const waysIn = /\/api\/(auth\/(login|refresh)|setup)$/

/** Sends a request, and once more after a new token when the old one is over. */
export async function send(request: Request): Promise<Response> {
  const again = request.clone()
  const response = await fetch(request)
  if (response.status !== 401 || waysIn.test(new URL(request.url).pathname) || !(await renew())) return response
  return fetch(again)
}
