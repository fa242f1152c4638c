// Reads a WebVTT file with the browser's own parser, on an element of its own: a track on the film's element would be
// switched by the streaming engines, and drawn by the browser without a delay or our styles.

export async function loadCues(url: string, signal: AbortSignal): Promise<VTTCue[]> {
  const owner = document.createElement('video')
  const element = document.createElement('track')
  element.kind = 'subtitles'
  element.src = url
  return new Promise((resolve, reject) => {
    const end = () => element.removeAttribute('src')
    element.addEventListener('load', () => resolve([...(element.track.cues ?? [])] as VTTCue[]), { once: true })
    element.addEventListener('error', () => reject(new Error('the subtitles did not load')), { once: true })
    signal.addEventListener('abort', () => {
      end()
      reject(signal.reason)
    })
    owner.append(element)
    element.track.mode = 'hidden' // which loads it, and shows nothing
  })
}

/** The cues to show at a moment, and the next moment that changes. */
export function cuesAt<C extends Pick<VTTCue, 'startTime' | 'endTime'>>(
  cues: readonly C[],
  time: number,
): { active: C[]; next: number } {
  const active: C[] = []
  let next = Number.POSITIVE_INFINITY
  for (const cue of cues) {
    if (cue.startTime > time) {
      next = Math.min(next, cue.startTime)
      break // in the order of the film
    }
    if (cue.endTime <= time) continue
    active.push(cue)
    next = Math.min(next, cue.endTime)
  }
  return { active, next }
}
