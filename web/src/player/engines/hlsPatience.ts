// When hls.js asks again. A server that restarts is back in seconds, so it is asked for as long as it takes; what to tell
// the viewer meanwhile is the player's affair.
import {
  type ErrorData,
  ErrorDetails,
  ErrorTypes,
  type LoaderResponse,
  type LoadPolicy,
  type RetryConfig,
} from 'hls.js'
import { type Failure, meaning } from './answers'

/** What a failed request says of the server; nothing, when it is no request that failed. What came may be no film. */
export function failureOf({ type, details, response }: ErrorData): Failure | undefined {
  if (details === ErrorDetails.FRAG_PARSING_ERROR) return 'refused'
  if (type !== ErrorTypes.NETWORK_ERROR) return undefined
  if (/TimeOut$/.test(details)) return 'network'
  return response ? meaning(response.code ?? 0) : 'refused'
}

/** What hls.js says went wrong, and with what; without the ticket in the address. */
export function causeOf({ details, response, frag, error }: ErrorData): string {
  const file = /[^/]+\/[^/]+\/[^/?]+(?=$|\?)/.exec(frag?.url ?? '')?.[0]
  return [details, file, response?.code, error.message].filter(Boolean).join(', ')
}

function worthAsking(_: unknown, count: number, timedOut: boolean, response: LoaderResponse | undefined): boolean {
  if (timedOut) return true
  if (!response) return false
  return meaning(response.code ?? 0) !== 'refused' || ((response.code ?? 0) >= 500 && count < 3)
}

const retry: RetryConfig = {
  maxNumRetry: Number.POSITIVE_INFINITY,
  retryDelayMs: 500,
  maxRetryDelayMs: 1000,
  backoff: 'exponential',
  shouldRetry: worthAsking,
}

/** The server may hold a request while it makes the segment, up to 20 s; giving up sooner would ask for it twice. */
export const segments: LoadPolicy = {
  default: { maxTimeToFirstByteMs: 25_000, maxLoadTimeMs: 60_000, timeoutRetry: retry, errorRetry: retry },
}

export const playlists: LoadPolicy = {
  default: { maxTimeToFirstByteMs: 10_000, maxLoadTimeMs: 20_000, timeoutRetry: retry, errorRetry: retry },
}

/** The first request of all hides its retries, so it makes none: whoever opens the film tries again, and says so. */
export const opening: LoadPolicy = {
  default: { maxTimeToFirstByteMs: 10_000, maxLoadTimeMs: 20_000, timeoutRetry: null, errorRetry: null },
}
