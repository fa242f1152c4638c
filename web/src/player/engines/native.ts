// HLS played by the browser itself, where nothing else may (iPhones before ManagedMediaSource). It chooses quality alone.
import type { Engine, Report } from '../engine'

export function openNative(video: HTMLVideoElement, url: string, startAt: number, report: Report): Engine {
  const quit = new AbortController()
  const { signal } = quit

  const load = (at: number) => {
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
  video.addEventListener('resize', () => report({ playing: video.videoHeight || null }), { signal })
  video.addEventListener(
    'error',
    () => {
      const code = video.error?.code
      if (code === MediaError.MEDIA_ERR_NETWORK) report({ trouble: 'network' })
      else if (code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED) report({ trouble: 'unsupported' })
      else report({ trouble: 'media' })
    },
    { signal },
  )
  load(startAt)

  return {
    chooseHeight() {},
    chooseAudio() {},
    allowUpTo() {},
    retry() {
      report({ trouble: null })
      load(video.currentTime)
      void video.play().catch(() => {})
    },
    destroy() {
      quit.abort()
      video.removeAttribute('src')
      video.load()
    },
  }
}
