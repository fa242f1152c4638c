/** A turnstile: at most `count` hold a slot at once, and whoever waits longest is next. */
export function createSlots(count: number) {
  let free = count
  const queue: (() => void)[] = []
  const next = () => {
    const waiting = queue.shift()
    if (waiting) waiting()
    else free++
  }
  return async function withSlot<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (free > 0) free--
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      signal.throwIfAborted()
      return await work()
    } finally {
      next()
    }
  }
}
