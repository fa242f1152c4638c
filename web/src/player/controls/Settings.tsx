import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useId, useRef, useState } from 'react'
import { speeds, useElement } from '../element'
import { useEngine, useRequests } from '../engineContext'
import { SlidersIcon } from '../icons'
import { type Rung, readyAhead, tallestFirst } from '../ladder'
import type { Chapter } from '../Player'
import type { Sound } from '../sound/sounds'
import { useSubtitleRequests } from '../subtitles/context'
import { AudioColumn, EvenVolumeOption } from './AudioColumn'
import { ChapterColumn } from './ChapterColumn'
import { Aside, Column, Option } from './Column'
import { ControlButton } from './ControlButton'
import { SubtitleColumn } from './SubtitleColumn'

type Props = { rungs: Rung[]; sounds: readonly Sound[]; chapters: readonly Chapter[] }

/** Sound, subtitles, speed and quality side by side; the film's own columns only where there is something to choose. */
export function Settings({ rungs, sounds, chapters }: Props) {
  const { t } = useLingui()
  const id = useId()
  const panel = useRef<HTMLDivElement>(null)
  const open = useKeptOpen(panel)
  return (
    <>
      <ControlButton label={t`Settings`} popoverTarget={id} aria-expanded={open}>
        <SlidersIcon size={24} className={`transition-transform ${open ? 'rotate-90' : ''}`} />
      </ControlButton>
      <div
        ref={panel}
        id={id}
        popover="auto"
        className="fixed inset-x-2 top-auto bottom-16 m-0 max-h-[80dvh] w-auto sm:max-h-[62dvh] animate-rise overflow-auto rounded-panel border border-line bg-surface p-2 text-ink sm:right-3 sm:bottom-24 sm:left-auto sm:min-w-[420px] md:right-6 md:bottom-28"
      >
        <div className="flex flex-wrap sm:flex-nowrap">
          <AudioColumn sounds={sounds} />
          <SubtitleColumn />
          <SpeedColumn />
          <QualityColumn rungs={rungs} />
          <ChapterColumn chapters={chapters} />
        </div>
        <EvenVolumeOption sounds={sounds} />
      </div>
    </>
  )
}

/** While the panel is open the controls stay, however still the viewer sits, and the words make room for it. */
function useKeptOpen(panel: React.RefObject<HTMLDivElement | null>): boolean {
  const [open, setOpen] = useState(false)
  const store = useElement()
  const { makeRoom } = useSubtitleRequests()
  useEffect(() => makeRoom(open), [open, makeRoom])
  useEffect(() => {
    const element = panel.current
    if (!element) return
    const toggled = (event: ToggleEvent) => setOpen(event.newState === 'open')
    element.addEventListener('toggle', toggled)
    return () => element.removeEventListener('toggle', toggled)
  }, [panel])
  useEffect(() => (open ? store.requestControlsLock() : undefined), [open, store])
  useEffect(() => {
    // A press beside the panel puts it away, and means nothing else to the film behind it.
    const beside = (event: Event) => {
      const at = event.target as Element
      if (!panel.current?.contains(at) && !at.closest('a, button, [role=slider]')) event.stopPropagation()
    }
    if (open) document.addEventListener('pointerup', beside, { capture: true })
    return () => document.removeEventListener('pointerup', beside, { capture: true })
  }, [open, panel])
  return open
}

function SpeedColumn() {
  const { t, i18n } = useLingui()
  const store = useElement()
  const speed = useElement((state) => state.playbackRate)
  return (
    <Column title={t`Speed`}>
      {speeds.map((one) => (
        <Option key={one} chosen={one === speed} choose={() => store.setPlaybackRate(one)}>
          {one === 1 ? t`Normal` : `${i18n.number(one)}×`}
        </Option>
      ))}
    </Column>
  )
}

function QualityColumn({ rungs }: { rungs: Rung[] }) {
  const { t } = useLingui()
  const offered = useEngine((state) => state.offered)
  const chosen = useEngine((state) => state.chosen)
  const playing = useEngine((state) => state.playing)
  const position = useElement((state) => Math.floor(state.currentTime / 10) * 10)
  const duration = useElement((state) => state.duration)
  const { chooseRung } = useRequests()
  if (offered.length === 0) return null
  const now = rungs.find((rung) => rung.id === playing)?.name
  return (
    <Column title={t`Quality`}>
      <Option chosen={chosen === 'auto'} choose={() => chooseRung('auto')}>
        {now ? <Trans>Auto ({now}p)</Trans> : <Trans>Auto</Trans>}
      </Option>
      {tallestFirst(rungs.filter((rung) => offered.includes(rung.id))).map((rung) => (
        <Option key={rung.id} chosen={chosen === rung.id} choose={() => chooseRung(rung.id)}>
          {`${rung.name}p `}
          {rung.instant && <Aside>{t`original`}</Aside>}
          {/* One may choose a rung that is being made: it is then made here first. */}
          {!readyAhead(rung, position, duration) && <Aside>{t`being made`}</Aside>}
        </Option>
      ))}
    </Column>
  )
}
