// HLS through hls.js: our thin adapter between its events and the engine's state.
import Hls, {
  type ErrorData,
  ErrorTypes,
  Events,
  type HlsConfig,
  type LoaderCallbacks,
  type LoaderConfiguration,
  type LoaderContext,
  type LoadPolicy,
} from 'hls.js'
import type { Engine, Report, Source, Start } from '../engine'
import { withPlanned } from './multivariant'

// The server may hold a request while it makes the segment, up to 20 s; giving up sooner would ask for it twice.
const patience: LoadPolicy = {
  default: {
    maxTimeToFirstByteMs: 25_000,
    maxLoadTimeMs: 60_000,
    timeoutRetry: { maxNumRetry: 3, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 6, retryDelayMs: 500, maxRetryDelayMs: 8000, backoff: 'exponential' },
  },
}

const config: Partial<HlsConfig> = {
  startFragPrefetch: true,
  testBandwidth: false,
  // Most viewers have this much; starting lower shows mush, starting higher shows a spinner.
  abrEwmaDefaultEstimate: 5_000_000,
  maxBufferLength: 30,
  backBufferLength: 60,
  fragLoadPolicy: patience,
}

const expired = [401, 403, 410]

export function hlsSupported(): boolean {
  return Hls.isSupported()
}

/** hls.js reads the multivariant playlist once and for all, so it is given every planned rung then. */
function loaderWith(rungs: Source['rungs']): HlsConfig['pLoader'] {
  class Loader extends Hls.DefaultConfig.loader {
    override load(context: LoaderContext, config: LoaderConfiguration, callbacks: LoaderCallbacks<LoaderContext>) {
      const onSuccess: typeof callbacks.onSuccess = (response, ...rest) => {
        const data = typeof response.data === 'string' ? withPlanned(response.data, rungs) : response.data
        callbacks.onSuccess({ ...response, data }, ...rest)
      }
      const multivariant = 'type' in context && context.type === 'manifest'
      super.load(context, config, multivariant ? { ...callbacks, onSuccess } : callbacks)
    }
  }
  return Loader as unknown as HlsConfig['pLoader']
}

export function openHls(video: HTMLVideoElement, source: Source, start: Start, report: Report): Engine {
  const url = source.hls
  const hls = new Hls({ ...config, pLoader: loaderWith(source.rungs), startPosition: start.at > 0 ? start.at : -1 })
  let allowed = start.upTo
  let recoveries: number[] = []

  const levelFor = (height: number) => hls.levels.findIndex((level) => level.height === height)

  const bound = () => {
    let top = -1
    if (allowed !== undefined) {
      for (const [index, level] of hls.levels.entries()) if (level.height <= allowed) top = index
      top = Math.max(top, 0)
    }
    if (hls.autoLevelCapping !== top) hls.autoLevelCapping = top
  }

  hls.on(Events.MANIFEST_PARSED, () => {
    bound()
    const heights = [...new Set(hls.levels.map((level) => level.height))].filter(Boolean).sort((a, b) => b - a)
    report({ heights, trouble: null })
  })
  hls.on(Events.LEVEL_SWITCHED, (_, { level }) => report({ playing: hls.levels[level]?.height ?? null }))
  hls.on(Events.AUDIO_TRACKS_UPDATED, (_, { audioTracks }) =>
    report({ audio: audioTracks.map((track, index) => ({ id: String(index), label: track.name })) }),
  )
  hls.on(Events.AUDIO_TRACK_SWITCHED, (_, { id }) => report({ chosenAudio: String(id) }))
  hls.on(Events.FRAG_BUFFERED, () => report({ trouble: null }))
  hls.on(Events.ERROR, (_, error) => {
    if (error.fatal) fail(error)
  })

  function fail(error: ErrorData) {
    if (error.type === ErrorTypes.NETWORK_ERROR) {
      report({ trouble: expired.includes(error.response?.code ?? 0) ? 'expired' : 'network' })
      return
    }
    // A decoder that stumbled usually gets up again; one that stumbles three times in ten seconds will not.
    const now = performance.now()
    recoveries = [...recoveries.filter((at) => now - at < 10_000), now]
    if (error.type === ErrorTypes.MEDIA_ERROR && recoveries.length < 3) hls.recoverMediaError()
    else report({ trouble: hls.levels.length === 0 ? 'unsupported' : 'media' })
  }

  hls.attachMedia(video)
  hls.loadSource(url)

  return {
    chooseHeight(height) {
      hls.nextLevel = height === 'auto' ? -1 : levelFor(height)
      report({ chosen: height })
    },
    chooseAudio(id) {
      hls.audioTrack = Number(id)
    },
    allowUpTo(height) {
      allowed = height
      bound()
    },
    retry() {
      report({ trouble: null })
      recoveries = []
      if (hls.levels.length === 0) hls.loadSource(url)
      else {
        if (video.error) hls.recoverMediaError()
        hls.startLoad(video.currentTime)
      }
      void video.play().catch(() => {})
    },
    destroy() {
      hls.destroy()
    },
  }
}
