import { type ReactNode, startTransition, useState } from 'react'
import { Sentinel } from '@/ui/Sentinel'

const atOnce = 2

/**
 * A row of posters that is drawn when its place comes near, and in pieces: who presses something meanwhile is answered.
 * The first ones are there at once.
 */
export function InTime({ at, children }: { at: number; children: ReactNode }) {
  const [near, setNear] = useState(at < atOnce)
  if (near) return children
  return (
    <RowPlace>
      <Sentinel reached={() => startTransition(() => setNear(true))} />
    </RowPlace>
  )
}

/** Where a row of posters will stand. */
export function RowPlace({ children }: { children?: ReactNode }) {
  return (
    <div aria-hidden="true" className="invisible">
      {children}
      <div className="h-7" />
      <div className="row">
        <div className="row-poster">
          <div className="aspect-2/3" />
          <div className="h-12" />
        </div>
      </div>
    </div>
  )
}
