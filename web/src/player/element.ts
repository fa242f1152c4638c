// The one-way store around the video element: a request goes to the element, the element's events come back as state.
// Video.js keeps it; quality, audio and trouble belong to the engine and live in engine.ts.
import {
  bufferFeature,
  createPlayer,
  fullscreenFeature,
  pipFeature,
  playbackFeature,
  playbackRateFeature,
  remotePlaybackFeature,
  timeFeature,
  volumeFeature,
} from '@videojs/react'
import { stillnessFeature } from './stillness'

export const speeds = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]

const speedFeature: typeof playbackRateFeature = {
  ...playbackRateFeature,
  state: (context) => ({ ...playbackRateFeature.state(context), playbackRates: speeds }),
}

/**
 * A seek that takes aim: a press on the seek bar is meant for any moment of the pixel that was pressed, and some are
 * reached sooner than others.
 */
const aimedFeature = {
  ...timeFeature,
  state(context: Parameters<typeof timeFeature.state>[0]) {
    const time = timeFeature.state(context)
    const exactly = (seconds: number) => seconds
    let aim = exactly
    return {
      ...time,
      seek: (seconds: number) => time.seek(aim(seconds)),
      /** Has the seeks of the event that is being handled lead where `land` says. */
      aimSeeks(land: (seconds: number) => number) {
        aim = land
        queueMicrotask(() => {
          aim = exactly
        })
      },
    }
  },
}

export const { Player: ElementStore, usePlayer: useElement } = createPlayer({
  features: [
    playbackFeature,
    aimedFeature,
    bufferFeature,
    volumeFeature,
    speedFeature,
    fullscreenFeature,
    pipFeature,
    remotePlaybackFeature,
    stillnessFeature,
  ],
})
