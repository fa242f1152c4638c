// The app's own signs, drawn on a 24-unit grid with one line weight. All are decoration: their button carries the name.
// These are on every screen; those of fewer are in signs.tsx, the player's with the player.
import type { ReactNode } from 'react'

export type Props = { size?: number; className?: string }

export function Icon({
  size = 24,
  className = '',
  mirrored = false,
  children,
}: Props & { mirrored?: boolean; children: ReactNode }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={className}
    >
      {mirrored ? <g transform="matrix(-1 0 0 1 24 0)">{children}</g> : children}
    </svg>
  )
}

export const stroke = (d: string) => <path d={d} />
export const solid = (d: string) => <path d={d} fill="currentColor" stroke="none" />

export const PlayIcon = (props: Props) => (
  <Icon {...props}>{solid('M7 4.9v14.2c0 .8.8 1.2 1.5.8l11-7.1c.6-.4.6-1.2 0-1.6l-11-7.1C7.8 3.7 7 4.1 7 4.9z')}</Icon>
)
export const CheckIcon = (props: Props) => <Icon {...props}>{stroke('M5 12.500l4.5 4.500L19 7.5')}</Icon>
export const CloseIcon = (props: Props) => <Icon {...props}>{stroke('M6 6l12 12M18 6L6 18')}</Icon>
export const PlusIcon = (props: Props) => <Icon {...props}>{stroke('M12 5v14M5 12h14')}</Icon>
export const SearchIcon = (props: Props) => (
  <Icon {...props}>
    <circle cx="10.5" cy="10.5" r="6" />
    {stroke('M15 15l5.5 5.5')}
  </Icon>
)
export const ChevronIcon = ({ back, ...props }: Props & { back?: boolean }) => (
  <Icon {...props} mirrored={back}>
    {stroke('M9 5l7 7-7 7')}
  </Icon>
)
