import { useLingui } from '@lingui/react/macro'
import { BufferingIndicator } from '@videojs/react'
import type { ReactNode } from 'react'
import type { Thumbnail } from '@/api/thumbnails'
import { clock } from '@/lib/time'
import { PlayIcon } from '@/ui/icons'
import { useElement } from '../element'
import {
  BackIcon,
  ForwardIcon,
  FullscreenIcon,
  LeaveFullscreenIcon,
  PauseIcon,
  PictureInPictureIcon,
  SpinnerIcon,
  TelevisionIcon,
} from '../icons'
import type { Rung } from '../ladder'
import type { Chapter } from '../Player'
import type { Sound } from '../sound/sounds'
import { useNotice } from '../useNotice'
import { ControlButton } from './ControlButton'
import { Reconnecting } from './Reconnecting'
import { Ripple } from './Ripple'
import { SeekBar } from './SeekBar'
import { Settings } from './Settings'
import { TroubleNotice } from './TroubleNotice'
import { Volume } from './Volume'

type Props = {
  title: string
  back: ReactNode
  thumbnails?: Thumbnail[]
  rungs: Rung[]
  sounds: readonly Sound[]
  chapters: readonly Chapter[]
  durationSeconds: number
  heatOf?: string
}

/** Everything over the picture. It lies on gradients, lets taps through to the picture, and leaves when nobody moves. */
export function Controls({ title, back, thumbnails, rungs, sounds, chapters, durationSeconds, heatOf }: Props) {
  const shown = useElement((state) => state.controlsVisible)
  const notice = useNotice()
  const stopped = notice !== null && notice !== 'reconnecting'
  const visible = shown || stopped
  return (
    <>
      {!stopped && (
        <BufferingIndicator
          className="pointer-events-none absolute inset-0 grid place-items-center opacity-0 transition-opacity data-visible:opacity-100"
          delay={400}
        >
          <SpinnerIcon size={56} className="animate-spin text-white" />
        </BufferingIndicator>
      )}
      <Reconnecting shown={notice === 'reconnecting'} />
      <Ripple />
      <div
        data-visible={visible || undefined}
        inert={!visible}
        className={`pointer-events-none absolute inset-0 flex flex-col justify-between text-white transition-opacity duration-250 ${stopped ? 'bg-black/60' : 'pointer-coarse:bg-black/40'} ${visible ? '' : 'opacity-0'}`}
      >
        <div className="flex items-center gap-2 bg-linear-to-b from-black/75 to-transparent px-[max(12px,env(safe-area-inset-left))] pt-[max(12px,env(safe-area-inset-top))] pb-16 md:px-6 md:pt-5">
          <div className="pointer-events-auto">{back}</div>
          <h1 className="truncate text-base font-medium tracking-tight md:text-lg">{title}</h1>
        </div>
        {stopped ? <TroubleNotice trouble={notice} /> : <TouchCluster />}
        <div className="bg-linear-to-t from-black/85 via-black/45 to-transparent px-[max(12px,env(safe-area-inset-left))] pt-16 pb-[max(8px,env(safe-area-inset-bottom))] md:px-6 md:pb-3">
          <div className="pointer-events-auto">
            <SeekBar thumbnails={thumbnails} chapters={chapters} durationSeconds={durationSeconds} heatOf={heatOf} />
            <div className="flex h-12 items-center gap-1 md:h-14 md:gap-2">
              <div className="flex shrink-0 items-center gap-1 md:gap-2 pointer-coarse:hidden">
                <PlayButton />
                <SkipButton seconds={-10} />
                <SkipButton seconds={10} />
                <Volume />
              </div>
              <Time durationSeconds={durationSeconds} />
              <div className="ml-auto flex shrink-0 items-center gap-1 md:gap-2">
                <Settings rungs={rungs} sounds={sounds} chapters={chapters} />
                <RemoteButton />
                <PictureInPictureButton />
                <FullscreenButton />
              </div>
            </div>
          </div>
        </div>
      </div>
    </>
  )
}

function PlayButton({ large = false }: { large?: boolean }) {
  const { t } = useLingui()
  const store = useElement()
  const paused = useElement((state) => state.paused)
  const ended = useElement((state) => state.ended)
  const size = large ? 44 : 26
  return (
    <ControlButton
      label={ended ? t`Watch again` : paused ? t`Play` : t`Pause`}
      shortcut="k"
      large={large}
      onClick={() => (paused ? store.play().catch(() => {}) : store.pause())}
    >
      {ended ? <BackIcon size={size} /> : paused ? <PlayIcon size={size} /> : <PauseIcon size={size} />}
    </ControlButton>
  )
}

function SkipButton({ seconds, large = false }: { seconds: number; large?: boolean }) {
  const { t } = useLingui()
  const store = useElement()
  const Icon = seconds < 0 ? BackIcon : ForwardIcon
  return (
    <ControlButton
      label={seconds < 0 ? t`Back 10 seconds` : t`Forward 10 seconds`}
      shortcut={seconds < 0 ? 'j' : 'l'}
      large={large}
      className={large ? '' : 'max-sm:hidden'} // A narrow window has no room for what a key does.
      onClick={() => store.seek(Math.max(0, store.state.currentTime + seconds)).catch(() => {})}
    >
      <span className="relative grid place-items-center">
        <Icon size={large ? 36 : 26} />
        <span className={`absolute font-bold ${large ? 'text-[11px]' : 'text-[8px]'}`}>10</span>
      </span>
    </ControlButton>
  )
}

/** Under a thumb the picture's middle is the place; a mouse has the bar. */
function TouchCluster() {
  return (
    <div className="absolute inset-0 hidden items-center justify-center gap-10 pointer-coarse:flex *:pointer-events-auto">
      <SkipButton seconds={-10} large />
      <PlayButton large />
      <SkipButton seconds={10} large />
    </div>
  )
}

function Time({ durationSeconds }: { durationSeconds: number }) {
  const now = useElement((state) => Math.floor(state.currentTime))
  const measured = useElement((state) => Math.round(state.duration))
  return (
    <p className="min-w-0 truncate px-2 text-sm text-white/90 tabular-nums">
      {clock(now)} <span className="text-white/60">/ {clock(measured || Math.round(durationSeconds))}</span>
    </p>
  )
}

/** What is not known to work yet keeps its place, so that nothing beside it moves when it does. */
const placeOf = (availability: string) => (availability === 'available' ? '' : 'invisible')

function PictureInPictureButton() {
  const { t } = useLingui()
  const store = useElement()
  const availability = useElement((state) => state.pipAvailability)
  const on = useElement((state) => state.pip)
  if (availability === 'unsupported') return null
  return (
    <ControlButton
      className={placeOf(availability)}
      label={on ? t`Leave picture in picture` : t`Picture in picture`}
      onClick={() => (on ? store.exitPictureInPicture() : store.requestPictureInPicture()).catch(() => {})}
    >
      <PictureInPictureIcon size={24} />
    </ControlButton>
  )
}

/** To a television, by AirPlay or Cast, where the browser knows of one. */
function RemoteButton() {
  const { t } = useLingui()
  const store = useElement()
  const available = useElement((state) => state.remotePlaybackAvailability === 'available')
  const on = useElement((state) => state.remotePlaybackState === 'connected')
  if (!available && !on) return null
  return (
    <ControlButton
      label={on ? t`Playing on a television` : t`Play on a television`}
      aria-pressed={on}
      onClick={() => void store.toggleRemotePlayback().catch(() => {})}
    >
      <TelevisionIcon size={24} className={on ? 'text-accent' : ''} />
    </ControlButton>
  )
}

function FullscreenButton() {
  const { t } = useLingui()
  const store = useElement()
  const availability = useElement((state) => state.fullscreenAvailability)
  const on = useElement((state) => state.fullscreen)
  if (availability === 'unsupported') return null
  return (
    <ControlButton
      className={placeOf(availability)}
      label={on ? t`Leave full screen` : t`Full screen`}
      shortcut="f"
      onClick={() => (on ? store.exitFullscreen() : store.requestFullscreen()).catch(() => {})}
    >
      {on ? <LeaveFullscreenIcon size={24} /> : <FullscreenIcon size={24} />}
    </ControlButton>
  )
}
