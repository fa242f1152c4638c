// The server's time. A device's clock may be wrong by days; what the server said it was, at the moment that came, is not.
let ahead: number | undefined

/**
 * Notes that it is at least this late at the server. What was said took its time to come and may be old, so whatever
 * leads furthest is nearest.
 */
export function noteServerTime(milliseconds: number, heardAt = Date.now()): void {
  if (Number.isFinite(milliseconds)) ahead = Math.max(ahead ?? Number.NEGATIVE_INFINITY, milliseconds - heardAt)
}

/** The time at the server, as well as it is known here. */
export function serverNow(): number {
  return Date.now() + (ahead ?? 0)
}

/** For the tests: as after a new start. */
export function forgetServerTime(): void {
  ahead = undefined
}
