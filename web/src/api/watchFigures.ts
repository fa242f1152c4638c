// How a film was watched, for the operator's pages and the heat over the line.
import { send } from './renew'

export type Happening = {
  type: 'start' | 'stall' | 'quality' | 'stop' | 'complete'
  /** Since the film was opened. */
  atSeconds: number
  /** In the film. */
  positionSeconds: number
  /** Of a start how long it took to come, of a stall how long it lasted, of a quality its height. */
  value?: number
}

export type Figures = {
  sessionId: string
  events: Happening[]
  /** A digit for each hundredth of the film: how often it was watched, 9 at most. */
  parts: string
}

/** Sends them; false when they should be sent again. Sent twice they count once. */
export async function sendFigures(videoId: string, figures: Figures, leaving: boolean): Promise<boolean> {
  try {
    const { status } = await send(
      new Request(`${location.origin}/api/watch/${encodeURIComponent(videoId)}/events`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(figures),
        keepalive: leaving,
      }),
    )
    return status < 500 && status !== 401 && status !== 429
  } catch {
    return false
  }
}
