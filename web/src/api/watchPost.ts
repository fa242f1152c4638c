// One report on its way: by the live connection, or by HTTP.
import { send } from './renew'
import { noteServerTime } from './watchClock'
import { deviceId } from './watchDevice'
import type { State } from './watchPlaces'

/** What a player says of where it is. */
export type Report = {
  videoId: string
  /** Whose watching it is: it is sent under no other. */
  profileId: string
  /** Nothing where the ticket had none: then the server takes it as it comes. */
  era?: string
  positionSeconds: number
  durationSeconds: number
  /** When it was watched, by the server's clock as far as it was known, in milliseconds. */
  observedAt: number
  /** Of this playing, and of its reports from 1. */
  sessionId: string
  counter: number
  sought: boolean
  state: State
  /** The latest era that the server told of: what it begins one after, where it refuses ours. */
  after: string
}

/** What became of it. `away`: nobody answered, or asked to wait. `elsewhere`: not while this profile is not who is here. */
export type Answer =
  | { is: 'kept' }
  | { is: 'away'; waitFor?: number }
  | { is: 'elsewhere' }
  | { is: 'refused' }
  | { is: 'badEra'; serverTime?: number }

/** Asks the server by the live connection; it throws what carries `code`, the status it would have been over HTTP. */
export type Call = (method: string, data: unknown) => Promise<unknown>

/** Longer than the server takes when its database is away, and short enough to try anew within five seconds. */
const patience = 3500
const longestWait = 60_000

export async function byLive(call: Call, report: Report): Promise<Answer | undefined> {
  try {
    await call('watch', { ...bodyOf(report), videoId: report.videoId })
    return { is: 'kept' }
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown }
    // Below are the connection's own troubles: then it goes by HTTP, where a token is renewed too.
    if (typeof code !== 'number' || code < 400 || code === 401) return undefined
    return answerOf(code, String(message))
  }
}

/** Sends it by HTTP; `leaving` when the page may be gone before the answer. */
export async function byHttp(report: Report, leaving: boolean, stop: AbortSignal): Promise<Answer> {
  const abort = new AbortController()
  const quit = () => abort.abort()
  const timer = leaving ? undefined : setTimeout(quit, patience)
  stop.addEventListener('abort', quit)
  try {
    const request = new Request(`${location.origin}/api/watch/${encodeURIComponent(report.videoId)}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(bodyOf(report)),
      keepalive: leaving,
      signal: abort.signal,
    })
    const response = await send(request)
    if (response.ok) return { is: 'kept' }
    const { code } = (await response.json().catch(() => ({}))) as { code?: unknown }
    const serverTime = Date.parse(response.headers.get('Date') ?? '')
    noteServerTime(serverTime)
    return answerOf(response.status, String(code), {
      serverTime: Number.isNaN(serverTime) ? undefined : serverTime,
      waitFor: Math.min(longestWait, 1000 * (Number(response.headers.get('Retry-After')) || 0)),
    })
  } catch {
    return { is: 'away' }
  } finally {
    clearTimeout(timer)
    stop.removeEventListener('abort', quit)
  }
}

function answerOf(status: number, code: string, told: { serverTime?: number; waitFor?: number } = {}): Answer {
  if (status === 422 && code === 'bad_era') return { is: 'badEra', serverTime: told.serverTime }
  if (status === 401 || status === 402 || status === 409) return { is: 'elsewhere' }
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return { is: 'away', waitFor: told.waitFor || undefined }
  return { is: 'refused' }
}

function bodyOf({ observedAt, sought, ...report }: Report) {
  const { era, positionSeconds, durationSeconds, profileId, sessionId, counter, state } = report
  return {
    era,
    positionSeconds,
    durationSeconds,
    profileId,
    deviceId: deviceId(),
    observedAt: new Date(observedAt).toISOString(),
    sessionId,
    counter,
    state,
    ...(sought && { sought }),
  }
}
