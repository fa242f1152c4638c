// HLS played by the browser itself, where nothing else may (iPhones before ManagedMediaSource). It chooses quality alone,
// so it is given only what is whole.
import { statusOf } from '@/api/media'
import type { Addresses, Engine, Report, Source } from '../engine'
import { type Failure, meaning, putOff, refusals } from './answers'

/** How soon a film that lost its server is asked for again. */
const againAfter = 2000

export function openNative(video: HTMLVideoElement, { hls, rungs }: Source, startAt: number, report: Report): Engine {
  const quit = new AbortController()
  const { signal } = quit
  let url = hls
  let again: ReturnType<typeof setTimeout>
  let denied: { times: number; since: number } | undefined
  let failures = 0

  const load = (at: number) => {
    clearTimeout(again)
    video.src = url
    video.addEventListener(
      'loadedmetadata',
      () => {
        if (at > 0) video.currentTime = at
      },
      { once: true, signal },
    )
    video.load()
  }
  const resume = () => {
    load(video.currentTime)
    void video.play().catch(() => {})
  }
  video.addEventListener(
    'resize',
    () => report({ playing: rungs.find((rung) => rung.height === video.videoHeight)?.id ?? null }),
    { signal },
  )
  video.addEventListener(
    'playing',
    () => {
      denied = undefined
      report({ trouble: null })
    },
    { signal },
  )
  video.addEventListener('error', () => void failed(video.error?.code), { signal })

  /** The element does not say what the server answered, and calls a film it was refused unsupported: so ask. */
  async function failed(code: number | undefined) {
    const { MEDIA_ERR_NETWORK, MEDIA_ERR_SRC_NOT_SUPPORTED } = MediaError
    report({ cause: ['MediaError', code, video.error?.message].filter(Boolean).join(' ') })
    if (code !== MEDIA_ERR_NETWORK && code !== MEDIA_ERR_SRC_NOT_SUPPORTED) return report({ trouble: 'media' })
    const failure = ++failures
    const status = await statusOf(url, signal)
    if (signal.aborted || failure !== failures) return // it is another film, or asked again, by now
    const there = status >= 200 && status < 300
    if (there && code === MEDIA_ERR_SRC_NOT_SUPPORTED) return report({ trouble: 'unsupported' })
    const found = there ? 'there' : meaning(status)
    if (found === 'expired') return report({ trouble: 'expired' })
    if (isHopeless(found)) return report({ trouble: 'media' })
    if (found === 'network' || found === 'there') report({ trouble: 'network' })
    clearTimeout(again)
    again = setTimeout(resume, againAfter)
  }

  /** Of a film whose list is there it is something in it that is refused. */
  function isHopeless(found: Failure | 'there'): boolean {
    if (found === 'refused') return true
    if (found === 'network') return false
    const now = performance.now()
    denied ??= { times: 0, since: now }
    if (found === 'there') denied.times++
    return denied.times >= refusals || now - denied.since > putOff
  }

  // The player shows subtitles itself.
  const hide = () => {
    for (const track of video.textTracks) track.mode = 'disabled'
  }
  video.textTracks.addEventListener('addtrack', hide, { signal })
  video.textTracks.addEventListener('change', hide, { signal })
  load(startAt)

  return {
    chooseRung() {},
    chooseAudio() {},
    allow() {},
    move(to: Addresses) {
      url = to.hls
      failures++
      report({ trouble: null })
      resume()
    },
    retry() {
      denied = undefined
      failures++
      report({ trouble: null })
      resume()
    },
    destroy() {
      clearTimeout(again)
      quit.abort()
      video.removeAttribute('src')
      video.load()
    },
  }
}
