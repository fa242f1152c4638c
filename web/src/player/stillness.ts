// Whether the controls show: while someone moves, and always while paused. The store's own feature waits two seconds
// and cannot be told otherwise; a cinema waits three. Speaks the same words, so taps and controls find it.
import { definePlayerFeature } from '@videojs/react'

const wait = 3000

type Stillness = {
  userActive: boolean
  controlsVisible: boolean
  toggleControls(): boolean
  requestControlsLock(): () => void
}

export const stillnessFeature = definePlayerFeature({
  name: 'controls',
  state: ({ set, get }): Stillness => ({
    userActive: true,
    controlsVisible: true,
    toggleControls() {
      const shown = !get().controlsVisible
      set({ userActive: shown, controlsVisible: shown })
      return shown
    },
    requestControlsLock: () => () => {},
  }),

  attach({ target, signal, get, set }) {
    const { container } = target
    const media = target.media as HTMLVideoElement
    if (!container) return
    let timer: ReturnType<typeof setTimeout>
    let locks = 0

    const settle = (userActive: boolean) =>
      set({ userActive, controlsVisible: userActive || media.paused || locks > 0 })
    const still = () => {
      clearTimeout(timer)
      settle(false)
    }
    const stir = () => {
      clearTimeout(timer)
      timer = setTimeout(still, wait)
      settle(true)
    }
    // A finger on the picture belongs to the tap gesture, which decides; on a control it counts as movement. The focus
    // that follows a finger is not a person walking the controls by keyboard.
    let touchedAt = Number.NEGATIVE_INFINITY
    const moved = (event: PointerEvent) => {
      if (event.pointerType === 'touch') touchedAt = performance.now()
      const onPicture = event.target === media || event.target === container
      if (event.pointerType !== 'touch' || !onPicture) stir()
    }
    const focused = () => {
      if (performance.now() - touchedAt > 500) stir()
    }

    set({
      toggleControls() {
        if (get().controlsVisible && !media.paused) still()
        else stir()
        return get().controlsVisible as boolean
      },
      requestControlsLock() {
        locks++
        settle(true)
        let held = true
        return () => {
          if (!held) return
          held = false
          locks--
          stir()
        }
      },
    })

    container.addEventListener('pointermove', moved, { signal })
    container.addEventListener('pointerdown', moved, { signal })
    document.addEventListener('keydown', stir, { signal })
    container.addEventListener('focusin', focused, { signal })
    container.addEventListener('pointerleave', (event) => event.pointerType === 'mouse' && still(), { signal })
    for (const event of ['play', 'pause', 'ended']) media.addEventListener(event, stir, { signal })
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
    stir()
  },
})
