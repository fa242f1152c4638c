import type { ReactNode } from 'react'
import { CheckIcon } from '@/ui/icons'

/** One thing to choose in the player's panel, with its choices under it. */
export function Column({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="min-w-0 flex-auto px-0.5 sm:min-w-32 sm:px-1">
      <legend className="float-left w-full px-2 pt-2 pb-1.5 sm:px-3 text-sm text-faint">{title}</legend>
      <div className="clear-both">{children}</div>
    </fieldset>
  )
}

type OptionProps = { chosen: boolean; choose: () => void; children: ReactNode }

export function Option({ chosen, choose, children }: OptionProps) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={choose}
      className="flex h-11 w-full items-center gap-1.5 rounded-poster px-2 text-left sm:h-10 sm:gap-2 sm:px-3 text-base whitespace-nowrap text-soft tabular-nums transition-colors hover:bg-white/8 hover:text-ink aria-pressed:text-ink"
    >
      <CheckIcon size={16} className={`shrink-0 text-accent ${chosen ? '' : 'invisible'}`} />
      {children}
    </button>
  )
}

/** What is to be known of an option before it is chosen. */
export function Aside({ children }: { children: ReactNode }) {
  return <span className="text-sm text-faint">{children}</span>
}
