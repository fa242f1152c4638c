import { useElement } from './element'
import type { Trouble } from './engine'
import { useEngine } from './engineContext'
import { useLasting } from './useLasting'

/** A hiccup is nobody's business; a server that restarts is back before this much has passed. */
const hiccup = 1000
const patience = 20_000

export type Notice = 'reconnecting' | Exclude<Trouble, 'expired'> | null

/**
 * What the viewer is told. A server that went away is asked for quietly, while the film plays on from what is buffered;
 * only when it stays away and the film stands still is there something to say.
 */
export function useNotice(): Notice {
  const trouble = useEngine((state) => state.trouble)
  const waiting = useElement((state) => state.waiting)
  const noticed = useLasting(trouble === 'network', hiccup)
  const lost = useLasting(trouble === 'network' || trouble === 'expired', patience)
  if (lost && waiting) return 'network'
  if (trouble === 'network' || trouble === 'expired') return noticed ? 'reconnecting' : null
  return trouble
}
