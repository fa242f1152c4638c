import { useLingui } from '@lingui/react/macro'
import { VolumeSlider } from '@videojs/react'
import { useElement } from '../element'
import { LoudIcon, MutedIcon, SoftIcon } from '../icons'
import { ControlButton } from './ControlButton'

export function Volume() {
  const { t } = useLingui()
  const store = useElement()
  const muted = useElement((state) => state.muted || state.volume === 0)
  const soft = useElement((state) => state.volume < 0.5)
  const Icon = muted ? MutedIcon : soft ? SoftIcon : LoudIcon
  return (
    <div className="group/volume flex items-center">
      <ControlButton label={muted ? t`Unmute` : t`Mute`} shortcut="m" onClick={() => store.toggleMuted()}>
        <Icon size={26} />
      </ControlButton>
      <VolumeSlider.Root
        label={t`Volume`}
        className="relative flex h-11 w-0 cursor-pointer touch-none items-center overflow-hidden opacity-0 max-sm:hidden transition-[width,opacity] group-focus-within/volume:w-24 group-focus-within/volume:opacity-100 group-hover/volume:w-24 group-hover/volume:opacity-100 data-dragging:w-24 data-dragging:opacity-100"
      >
        <VolumeSlider.Track className="relative mx-2 h-1 w-full overflow-hidden rounded-full bg-white/25">
          <VolumeSlider.Fill className="absolute inset-y-0 left-0 w-(--media-slider-fill) bg-white" />
        </VolumeSlider.Track>
        <VolumeSlider.Thumb className="absolute left-[calc(8px+(100%-16px)*var(--share))] size-3 -translate-x-1/2 rounded-full bg-white [--share:calc(var(--media-slider-fill)/100%)]" />
      </VolumeSlider.Root>
    </div>
  )
}
