import { Gesture, Hotkey, useHotkey } from '@videojs/react'
import { useRef } from 'react'
import { useSubtitleRequests, useSubtitles } from '../subtitles/context'
import { useScrub } from './scrub'

/** Keys and taps. A key works wherever the focus is; a button that has it keeps Space and Enter for itself. */
export function Gestures() {
  const step = useScrub()
  useHotkey({ keys: 'c', target: 'document', repeatable: false, onActivate: useToggleSubtitles() })
  return (
    <>
      <Hotkey target="document" keys="Space" action="togglePaused" />
      <Hotkey target="document" keys="k" action="togglePaused" />
      <Hotkey target="document" keys="j" action="seekStep" value={-step} />
      <Hotkey target="document" keys="l" action="seekStep" value={step} />
      <Hotkey target="document" keys="ArrowLeft" action="seekStep" value={-step} />
      <Hotkey target="document" keys="ArrowRight" action="seekStep" value={step} />
      <Hotkey target="document" keys="ArrowUp" action="volumeStep" value={0.05} />
      <Hotkey target="document" keys="ArrowDown" action="volumeStep" value={-0.05} />
      <Hotkey target="document" keys="f" action="toggleFullscreen" />
      <Hotkey target="document" keys="m" action="toggleMuted" />
      <Hotkey target="document" keys="0-9" action="seekToPercent" />
      <Hotkey target="document" keys="<" action="speedDown" />
      <Hotkey target="document" keys=">" action="speedUp" />
      <Gesture type="tap" pointer="mouse" action="togglePaused" />
      <Gesture type="doubletap" pointer="mouse" action="toggleFullscreen" />
      <Gesture type="tap" pointer="touch" action="toggleControls" />
      <Gesture type="doubletap" pointer="touch" region="left" action="seekStep" value={-10} />
      <Gesture type="doubletap" pointer="touch" region="right" action="seekStep" value={10} />
    </>
  )
}

/** Takes the words away, or brings back those that were shown last, else the first there are. */
function useToggleSubtitles(): () => void {
  const { all, chosen } = useSubtitles()
  const { choose } = useSubtitleRequests()
  const last = useRef(chosen)
  if (chosen) last.current = chosen
  return () => {
    if (chosen) choose(null)
    else if (all.length > 0) choose(all.find((one) => one.id === last.current?.id) ?? all[0] ?? null)
  }
}
