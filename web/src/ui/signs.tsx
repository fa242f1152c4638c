// Signs of some screens, drawn as those in icons.tsx.
import { Icon, type Props, stroke } from './icons'

export const ArrowLeftIcon = (props: Props) => <Icon {...props}>{stroke('M20 12H4M10.5 5.500L4 12l6.5 6.5')}</Icon>
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
export const StarIcon = ({ full, ...props }: Props & { full?: boolean }) => (
  <Icon {...props}>
    <path
      d="M12 3.6l2.500 5.300 5.800.8-4.200 4.100 1 5.800-5.100-2.800-5.100 2.800 1-5.800L3.700 9.700l5.800-.8z"
      fill={full ? 'currentColor' : 'none'}
    />
  </Icon>
)
export const LinkOutIcon = (props: Props) => (
  <Icon {...props}>
    {stroke(
      'M13 5h6v6M19 5l-8 8M10 6H6.500A1.500 1.500 0 0 0 5 7.500v10A1.500 1.500 0 0 0 6.500 19h10a1.500 1.500 0 0 0 1.500-1.500V14',
    )}
  </Icon>
)
export const RestartIcon = (props: Props) => <Icon {...props}>{stroke('M5.500 8.500A8 8 0 1 1 4 13M5 4v5h5')}</Icon>
