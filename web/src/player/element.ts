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

export const { Player: ElementStore, usePlayer: useElement } = createPlayer({
  features: [
    playbackFeature,
    timeFeature,
    bufferFeature,
    volumeFeature,
    speedFeature,
    fullscreenFeature,
    pipFeature,
    remotePlaybackFeature,
    stillnessFeature,
  ],
})
