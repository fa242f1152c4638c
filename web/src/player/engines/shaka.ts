// DASH through Shaka Player, loaded only when an address asks for it (?engine=shaka) or a title has no HLS.
import shaka from 'shaka-player/dist/shaka-player.dash-es2021.js'
import type { Engine, Report, Start } from '../engine'

export async function openShaka(video: HTMLVideoElement, url: string, start: Start, report: Report): Promise<Engine> {
  const player = new shaka.Player()
  player.configure({
    streaming: {
      bufferingGoal: 30,
      bufferBehind: 60,
      retryParameters: { maxAttempts: 6, timeout: 60_000, stallTimeout: 25_000 },
    },
    abr: {
      defaultBandwidthEstimate: 5_000_000,
      restrictions: { maxHeight: start.upTo ?? Number.POSITIVE_INFINITY },
    },
  })

  const tracks = () => player.getVariantTracks()
  const describe = () => {
    const heights = [...new Set(tracks().map((track) => track.height ?? 0))].filter(Boolean).sort((a, b) => b - a)
    const active = tracks().find((track) => track.active)
    const languages = player.getAudioTracks()
    report({
      heights,
      playing: active?.height ?? null,
      audio: languages.map((track, index) => ({ id: String(index), label: track.label || track.language })),
      chosenAudio: String(languages.findIndex((track) => track.active)),
    })
  }
  for (const event of ['adaptation', 'variantchanged', 'trackschanged', 'audiotrackschanged']) {
    player.addEventListener(event, describe)
  }
  player.addEventListener('error', (event) => {
    report({ trouble: troubleOf((event as unknown as { detail: shaka.util.Error }).detail) })
  })

  const load = async (at: number) => {
    try {
      await player.load(url, at > 0 ? at : undefined)
      report({ trouble: null })
      describe()
    } catch (error) {
      report({ trouble: troubleOf(error) })
    }
  }
  await player.attach(video)
  void load(start.at)

  return {
    chooseHeight(height) {
      player.configure({ abr: { enabled: height === 'auto' } })
      const active = tracks().find((track) => track.active)
      const wanted = tracks().find((track) => track.height === height && track.language === active?.language)
      if (wanted) player.selectVariantTrack(wanted, true, 4)
      report({ chosen: height })
    },
    chooseAudio(id) {
      const track = player.getAudioTracks()[Number(id)]
      if (track) player.selectAudioTrack(track)
    },
    allowUpTo(height) {
      player.configure({ abr: { restrictions: { maxHeight: height ?? Number.POSITIVE_INFINITY } } })
    },
    retry() {
      report({ trouble: null })
      if (!player.retryStreaming()) void load(video.currentTime)
      void video.play().catch(() => {})
    },
    destroy() {
      void player.destroy()
    },
  }
}

function troubleOf(error: unknown) {
  if (!(error instanceof shaka.util.Error)) return 'media'
  if (error.category === shaka.util.Error.Category.NETWORK) {
    const status = error.data[1] as number | undefined
    return status === 401 || status === 403 || status === 410 ? 'expired' : 'network'
  }
  return error.category === shaka.util.Error.Category.MANIFEST ? 'unsupported' : 'media'
}
