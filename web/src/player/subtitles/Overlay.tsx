import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useElement } from '../element'
import { useSubtitleState, useSubtitles } from './context'
import { cuesAt, loadCues } from './cues'
import { type Place, placeOf } from './place'

const againAfter = 3000

/** The words over the picture. They are drawn here, so that they can be late, look as the viewer likes, and make room. */
export function Overlay({ video }: { video: HTMLVideoElement | null }) {
  const { shown } = useSubtitles()
  const controls = useElement((state) => state.controlsVisible)
  const look = useSubtitleState((state) => state.look)
  const crowded = useSubtitleState((state) => state.crowded)
  const cues = useCues(shown?.url)
  const active = useActive(video, cues)
  const ratio = useRatio(video)
  // On the picture, not in the dark above and below it, and clear of the controls.
  const clear = (least: string) => `max(${least}, (100dvh - 100vw / ${ratio}) / 2 + 8px)`
  const rows: Record<Place['row'], VTTCue[]> = { top: [], middle: [], bottom: [] }
  for (const cue of active) rows[crowded ? 'top' : placeOf(cue).row].push(cue)
  return (
    <div
      lang={shown?.language}
      data-subtitles
      className="pointer-events-none absolute inset-0 grid"
      style={{
        gridTemplateRows: '1fr auto 1fr',
        padding: `${crowded ? '64px' : clear(controls ? '72px' : '3vh')} 4vw ${clear(controls ? '120px' : '3vh')}`,
        font: `calc(max(16px, min(4.6vh, 3.6vw)) * ${look.size}) / 1.3 var(--font-sans)`,
        color: look.color,
      }}
    >
      {(['top', 'middle', 'bottom'] as const).map((row) => (
        <div key={row} className={row === 'bottom' ? 'self-end' : ''}>
          {rows[row].map((cue) => (
            <Words key={`${cue.startTime} ${cue.text}`} cue={cue} background={look.background} />
          ))}
        </div>
      ))}
    </div>
  )
}

function Words({ cue, background }: { cue: VTTCue; background: number }) {
  const box = useRef<HTMLSpanElement>(null)
  const { side, inset } = placeOf(cue)
  useLayoutEffect(() => {
    const words = cue.getCueAsHTML()
    for (const span of words.querySelectorAll<HTMLElement>('[class]')) span.style.color = colorOf(span.classList) ?? ''
    box.current?.replaceChildren(words)
  }, [cue])
  return (
    <p dir="auto" style={{ textAlign: side, [side === 'left' ? 'marginLeft' : 'marginRight']: inset }}>
      <span
        ref={box}
        className="rounded-poster"
        style={{
          display: 'inline-block',
          padding: '0.1em 0.4em',
          whiteSpace: 'pre-line',
          textShadow: '0 0 4px #000, 0 1px 2px #000',
          backgroundColor: `rgb(0 0 0 / ${background})`,
        }}
      />
    </p>
  )
}

const named = ['white', 'lime', 'cyan', 'red', 'yellow', 'magenta', 'blue', 'black']

/** WebVTT's eight colours by name, and the others as the server writes them: c12ab9f. */
function colorOf(classes: DOMTokenList): string | undefined {
  for (const one of classes) {
    if (named.includes(one)) return one
    if (/^c[0-9a-f]{6}$/.test(one)) return `#${one.slice(1)}`
  }
}

/** The shape of the picture. */
function useRatio(video: HTMLVideoElement | null): number {
  const [ratio, setRatio] = useState(16 / 9)
  useEffect(() => {
    if (!video) return
    const measure = () => video.videoHeight > 0 && setRatio(video.videoWidth / video.videoHeight)
    measure()
    video.addEventListener('resize', measure)
    return () => video.removeEventListener('resize', measure)
  }, [video])
  return ratio
}

/** The cues of a file. Its address changes when the stream is renewed; the words stay until the new ones are here. */
function useCues(url: string | undefined): readonly VTTCue[] {
  const [cues, setCues] = useState<readonly VTTCue[]>([])
  const file = url?.split('/').slice(-2).join('/')
  const address = useRef(url)
  address.current = url
  useEffect(() => {
    setCues([])
    if (!file) return
    const quit = new AbortController()
    let again: ReturnType<typeof setTimeout>
    const load = () =>
      loadCues(address.current ?? '', quit.signal).then(setCues, () => {
        if (!quit.signal.aborted) again = setTimeout(load, againAfter)
      })
    void load()
    return () => {
      quit.abort()
      clearTimeout(again)
    }
  }, [file])
  return cues
}

/** The cues of this moment, exact to the frame without asking at every one. */
function useActive(video: HTMLVideoElement | null, cues: readonly VTTCue[]): readonly VTTCue[] {
  const delay = useSubtitleState((state) => state.delay)
  const [active, setActive] = useState<readonly VTTCue[]>([])
  useEffect(() => {
    if (!video) return
    let timer: ReturnType<typeof setTimeout>
    const look = () => {
      clearTimeout(timer)
      const now = video.currentTime - delay
      const { active, next } = cuesAt(cues, now)
      setActive((before) =>
        before.length === active.length && before.every((cue, index) => cue === active[index]) ? before : active,
      )
      const wait = ((next - now) / video.playbackRate) * 1000
      if (!video.paused && wait < 1000) timer = setTimeout(look, Math.max(5, wait))
    }
    const events = ['timeupdate', 'seeking', 'seeked', 'playing', 'ratechange']
    for (const event of events) video.addEventListener(event, look)
    look()
    return () => {
      clearTimeout(timer)
      for (const event of events) video.removeEventListener(event, look)
    }
  }, [video, cues, delay])
  return active
}
