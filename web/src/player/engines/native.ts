// HLS played by the browser itself, where nothing else may (iPhones before ManagedMediaSource). It chooses quality alone,
// so it is given only what is whole.
import type { Addresses, Engine, Report, Source } from '../engine'

/** How soon a film that lost its server is asked for again. */
const againAfter = 2000

export function openNative(video: HTMLVideoElement, { hls, rungs }: Source, startAt: number, report: Report): Engine {
  const quit = new AbortController()
  const { signal } = quit
  let url = hls
  let again: ReturnType<typeof setTimeout>

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
  video.addEventListener('playing', () => report({ trouble: null }), { signal })
  video.addEventListener(
    'error',
    () => {
      const code = video.error?.code
      if (code === MediaError.MEDIA_ERR_NETWORK) {
        report({ trouble: 'network' })
        again = setTimeout(resume, againAfter)
      } else if (code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED) report({ trouble: 'unsupported' })
      else report({ trouble: 'media' })
    },
    { signal },
  )
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
      resume()
    },
    retry() {
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
