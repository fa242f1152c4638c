import { SeekIndicator } from '@videojs/react'
import { JumpBackIcon, JumpForwardIcon } from '../icons'

/** Says how far a key or a double tap jumped, on the side it jumped to. Quick jumps add up. */
export function Ripple() {
  return (
    <SeekIndicator.Root
      aria-hidden="true"
      className="group/ripple pointer-events-none absolute inset-y-0 flex w-2/5 items-center justify-center bg-white/8 transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0 data-[direction=backward]:left-0 data-[direction=backward]:rounded-r-[50%] data-[direction=forward]:right-0 data-[direction=forward]:rounded-l-[50%]"
    >
      <span className="grid justify-items-center gap-1 text-lg font-bold text-white tabular-nums">
        <JumpBackIcon size={36} className="hidden group-data-[direction=backward]/ripple:block" />
        <JumpForwardIcon size={36} className="hidden group-data-[direction=forward]/ripple:block" />
        <SeekIndicator.Value />
      </span>
    </SeekIndicator.Root>
  )
}
