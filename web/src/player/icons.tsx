// The player's signs, drawn as those in ui/icons.tsx.
import { Icon, type Props, solid, stroke } from '@/ui/icons'

const turn = stroke('M6.3 6.9A8 8 0 1 0 12 4.5h-1.4M13.4 1.7l-2.8 2.8 2.8 2.8')
const chevrons = stroke('M11 6l-6 6 6 6M19 6l-6 6 6 6')
const speaker = solid(
  'M3.5 9.4v5.2c0 .4.3.7.7.7h3l4.2 3.6c.5.4 1.1.1 1.1-.5V5.6c0-.6-.6-.9-1.1-.5L7.2 8.7h-3c-.4 0-.7.3-.7.7z',
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
export const TelevisionIcon = (props: Props) => (
  <Icon {...props}>
    {stroke('M7.5 18.500H5a2 2 0 0 1-2-2v-10a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-2.5')}
    {solid('M12 14.500l5 6H7z')}
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
