import type { ComponentProps } from 'react'

type Props = ComponentProps<'button'> & { label: string; shortcut?: string; large?: boolean }

/** One of the player's round buttons: a name for those who cannot see it, with its key for those who can. */
export function ControlButton({ label, shortcut, large = false, className = '', children, ...rest }: Props) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-keyshortcuts={shortcut}
      title={shortcut ? `${label} (${shortcut})` : label}
      {...rest}
      className={`grid place-items-center rounded-full text-white/90 transition-[color,scale] hover:scale-110 hover:text-white active:scale-95 [&_svg]:block ${large ? 'size-18' : 'size-11'} ${className}`}
    >
      {children}
    </button>
  )
}
