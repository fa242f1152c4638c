import { isUnreachable, Problem } from '@/api/problem'

const first = 500
const longest = 30_000

/** Waits, but no longer than until the network says it is back. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>

export const waitOrOnline: Wait = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer)
      removeEventListener('online', back)
      signal.removeEventListener('abort', stop)
      settle()
    }
    const back = () => end(resolve)
    const stop = () => end(() => reject(signal.reason))
    const timer = setTimeout(back, milliseconds)
    addEventListener('online', back)
    signal.addEventListener('abort', stop)
  })

/** Whether asking again later may help: no network, a server that restarts, or one that is asked too much. */
export function passes(error: unknown): boolean {
  return (
    isUnreachable(error) ||
    (error instanceof Problem && (error.status >= 500 || error.status === 429) && error.status !== 507)
  )
}

/** 0.5 s, 1 s, 2 s … 30 s, each up to a fifth longer so that a server that comes back is not stormed. */
export function pause(attempt: number): number {
  return Math.min(longest, first * 2 ** attempt) * (1 + Math.random() / 5)
}

/** Does it, and again for as long as it takes, if what stands in the way passes. */
export async function persist<T>(
  work: () => Promise<T>,
  { signal, wait, stuck }: { signal: AbortSignal; wait: Wait; stuck: (stuck: boolean) => void },
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      const result = await work()
      stuck(false)
      return result
    } catch (error) {
      signal.throwIfAborted()
      if (!passes(error)) throw error
      stuck(true)
      await wait(pause(attempt), signal)
    }
  }
}
