// The browser's mixer between a video element and the loudspeakers. An element that once went through it does for good,
// and is not heard while the mixer stands still, as it does until a person has touched the page. So nothing is put
// through it before it runs, and nothing at all when it never has to.

export type Mixer = {
  /** Turns the sound up or down by this many decibels, on top of the volume a person chose. */
  turn(decibels: number): void
  close(): void
}

/** A change within this many seconds is a fade, not a click. */
const fade = 0.05
/** What a person does that lets a page make sound. */
const touches = ['pointerdown', 'keydown', 'touchend'] as const

export function openMixer(video: HTMLVideoElement): Mixer {
  const quit = new AbortController()
  const { signal } = quit
  let context: AudioContext | undefined
  let gain: GainNode | undefined
  let wanted = 1

  const wake = () => {
    if (context && context.state !== 'running') void context.resume().catch(() => {})
  }
  const settle = () => {
    if (context?.state !== 'running') return
    if (!gain) {
      if (wanted === 1 || !isOurs(video)) return
      gain = context.createGain()
      gain.gain.value = wanted
      // Else six channels would become two on the way to loudspeakers that play six.
      context.destination.channelCount = Math.min(6, Math.max(2, context.destination.maxChannelCount))
      context.createMediaElementSource(video).connect(gain).connect(context.destination)
    }
    gain.gain.setTargetAtTime(wanted, context.currentTime, fade)
  }
  const begin = () => {
    if (context || wanted === 1 || !isOurs(video) || typeof AudioContext === 'undefined') return
    context = new AudioContext()
    context.addEventListener('statechange', settle, { signal })
    wake()
    settle()
  }
  const playing = () => {
    begin()
    wake()
    settle()
  }
  video.addEventListener('playing', playing, { signal })
  for (const touch of touches) addEventListener(touch, wake, { signal, passive: true })

  return {
    turn(decibels) {
      wanted = 10 ** (decibels / 20)
      begin()
      settle()
    },
    close() {
      quit.abort()
      void context?.close().catch(() => {})
    },
  }
}

/**
 * Whether the page itself feeds the element. What a browser plays from an address may come from elsewhere, and is
 * silent in a mixer unless that address allows it; so is what is protected.
 */
function isOurs(video: HTMLVideoElement): boolean {
  return video.currentSrc.startsWith('blob:') && !video.mediaKeys
}
