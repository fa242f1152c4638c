// The app's own signs, drawn on a 24-unit grid with one line weight. All are decoration: their button carries the name.
import type { ReactNode } from 'react'

type Props = { size?: number; className?: string }

function Icon({
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

const stroke = (d: string) => <path d={d} />
const solid = (d: string) => <path d={d} fill="currentColor" stroke="none" />

const turn = stroke('M6.3 6.9A8 8 0 1 0 12 4.5h-1.4M13.4 1.7l-2.8 2.8 2.8 2.8')
const chevrons = stroke('M11 6l-6 6 6 6M19 6l-6 6 6 6')
const speaker = solid(
  'M3.5 9.4v5.2c0 .4.3.7.7.7h3l4.2 3.6c.5.4 1.1.1 1.1-.5V5.6c0-.6-.6-.9-1.1-.5L7.2 8.7h-3c-.4 0-.7.3-.7.7z',
)

export const PlayIcon = (props: Props) => (
  <Icon {...props}>{solid('M7 4.9v14.2c0 .8.8 1.2 1.5.8l11-7.1c.6-.4.6-1.2 0-1.6l-11-7.1C7.8 3.7 7 4.1 7 4.9z')}</Icon>
)
export const PauseIcon = (props: Props) => (
  <Icon {...props}>
    {solid(
      'M7 4.500h2.500a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1zM14.5 4.500H17a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1h-2.500a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1z',
    )}
  </Icon>
)
export const BackIcon = (props: Props) => <Icon {...props}>{turn}</Icon>
export const ForwardIcon = (props: Props) => (
  <Icon {...props} mirrored>
    {turn}
  </Icon>
)
export const JumpBackIcon = (props: Props) => <Icon {...props}>{chevrons}</Icon>
export const JumpForwardIcon = (props: Props) => (
  <Icon {...props} mirrored>
    {chevrons}
  </Icon>
)
export const LoudIcon = (props: Props) => (
  <Icon {...props}>
    {speaker}
    {stroke('M15.5 9a4.3 4.3 0 0 1 0 6M18 6.500a7.8 7.8 0 0 1 0 11')}
  </Icon>
)
export const SoftIcon = (props: Props) => (
  <Icon {...props}>
    {speaker}
    {stroke('M15.5 9a4.3 4.3 0 0 1 0 6')}
  </Icon>
)
export const MutedIcon = (props: Props) => (
  <Icon {...props}>
    {speaker}
    {stroke('M16 9.500l5 5M21 9.500l-5 5')}
  </Icon>
)
export const SlidersIcon = (props: Props) => (
  <Icon {...props}>
    {stroke('M4 8h8.500M17.5 8H20M4 16h2.500M11.5 16H20')}
    <circle cx="15" cy="8" r="2.5" />
    <circle cx="9" cy="16" r="2.5" />
  </Icon>
)
export const PictureInPictureIcon = (props: Props) => (
  <Icon {...props}>
    {stroke('M21 10.500V6.500a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h4.5')}
    {solid(
      'M13.7 13.500h6.600c.7 0 1.2.5 1.2 1.200v4.100c0 .7-.5 1.2-1.2 1.200h-6.600c-.7 0-1.2-.5-1.2-1.200v-4.100c0-.7.5-1.2 1.2-1.200z',
    )}
  </Icon>
)
export const FullscreenIcon = (props: Props) => (
  <Icon {...props}>
    {stroke('M4 9V6a2 2 0 0 1 2-2h3M15 4h3a2 2 0 0 1 2 2v3M20 15v3a2 2 0 0 1-2 2h-3M9 20H6a2 2 0 0 1-2-2v-3')}
  </Icon>
)
export const LeaveFullscreenIcon = (props: Props) => (
  <Icon {...props}>
    {stroke('M9 4v3a2 2 0 0 1-2 2H4M20 9h-3a2 2 0 0 1-2-2V4M15 20v-3a2 2 0 0 1 2-2h3M4 15h3a2 2 0 0 1 2 2v3')}
  </Icon>
)
export const SpinnerIcon = (props: Props) => <Icon {...props}>{stroke('M12 3.500a8.5 8.5 0 1 1-8.5 8.5')}</Icon>
export const ArrowLeftIcon = (props: Props) => <Icon {...props}>{stroke('M20 12H4M10.5 5.500L4 12l6.5 6.5')}</Icon>
export const CheckIcon = (props: Props) => <Icon {...props}>{stroke('M5 12.500l4.5 4.500L19 7.5')}</Icon>
export const CloseIcon = (props: Props) => <Icon {...props}>{stroke('M6 6l12 12M18 6L6 18')}</Icon>
export const TrashIcon = (props: Props) => (
  <Icon {...props}>{stroke('M4 7h16M9.5 7V4.500h5V7M6 7l1 12.500h10L18 7M10.2 11v5M13.8 11v5')}</Icon>
)
export const SubtitlesIcon = (props: Props) => (
  <Icon {...props}>
    {stroke(
      'M5.500 5h13A1.500 1.500 0 0 1 20 6.500v11a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 17.500v-11A1.500 1.500 0 0 1 5.500 5zM7.500 15.500h4M14.500 15.500h2M7.500 12h1M11.500 12h5',
    )}
  </Icon>
)
export const SignOutIcon = (props: Props) => (
  <Icon {...props}>
    {stroke('M14 8V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h6a2 2 0 0 0 2-2v-2M10 12h10.500M17.5 9l3 3-3 3')}
  </Icon>
)
export const PencilIcon = (props: Props) => (
  <Icon {...props}>
    {stroke(
      'M4 20l1-4.500L16 4.500a1.500 1.500 0 0 1 2.100 0l1.400 1.400a1.500 1.500 0 0 1 0 2.100L8.500 19zM13.500 7l3.500 3.500',
    )}
  </Icon>
)
export const LockIcon = (props: Props) => (
  <Icon {...props}>
    {stroke(
      'M7 10.500h10a1.500 1.500 0 0 1 1.500 1.500v6.500a1.500 1.500 0 0 1-1.500 1.500H7a1.500 1.500 0 0 1-1.500-1.500V12A1.500 1.500 0 0 1 7 10.500zM8.500 10.500V8a3.500 3.500 0 0 1 7 0v2.500',
    )}
  </Icon>
)
export const PlusIcon = (props: Props) => <Icon {...props}>{stroke('M12 5v14M5 12h14')}</Icon>
