// What an answer of the server says of it, whichever engine asked.

/** Nobody answered, or only whatever stands in front of the server did. */
const away = [0, 502, 504]
/** The ticket ran out; the next request goes where a new one leads. */
const expired = [401, 403, 410]
/** It asked for patience: it is starting, stopping, or still making what was asked for. */
const busy = [429, 503]

export type Failure = 'network' | 'expired' | 'busy' | 'refused'

/** How often the server may refuse, or how long put off, before trying on is pointless. */
export const refusals = 6
export const putOff = 60_000

/** What a failed request says of the server, by its status; 0 is that of none. */
export function meaning(status: number): Failure {
  if (away.includes(status)) return 'network'
  if (expired.includes(status)) return 'expired'
  return busy.includes(status) ? 'busy' : 'refused'
}
