// DASH through Shaka Player, loaded only when an address asks for it (?engine=shaka) or a title has no HLS.
import shaka from 'shaka-player/dist/shaka-player.dash-es2021.js'
import type { Among } from '../codec'
import type { Engine, Report, Source, Start, Trouble } from '../engine'
import { meaning } from './answers'

/** How soon a film that lost its server is asked for again. */
const againAfter = 2000

export async function openShaka(
  video: HTMLVideoElement,
  { dash, rungs, sounds }: Source,
  start: Start,
  report: Report,
  among: Among,
): Promise<Engine> {
  let url = dash
  let again: ReturnType<typeof setTimeout>
  const player = new shaka.Player()
  player.configure({
    // It plays a film in one codec by itself.
    preferredVideoCodecs: [rungs.some(({ id, codec }) => codec && among.automatic.has(id)) ? 'av01' : 'avc1'],
    streaming: {
      bufferingGoal: 30,
      bufferBehind: 60,
      retryParameters: { maxAttempts: 6, timeout: 60_000, stallTimeout: 25_000 },
    },
    abr: {
      defaultBandwidthEstimate: 5_000_000,
    },
  })

  // Shaka knows a ceiling but no holes; what it is given is whole, so the holes are none of its own.
  const allow = (allowed: ReadonlySet<string>) => {
    const heights = rungs.filter((rung) => allowed.has(rung.id)).map((rung) => rung.height)
    const maxHeight = heights.length > 0 ? Math.max(...heights) : Number.POSITIVE_INFINITY
    player.configure({ abr: { restrictions: { maxHeight } } })
  }
  allow(start.allowed)

  const tracks = () => player.getVariantTracks()
  // Shaka knows a sound by its label, which no two of a film share.
  const soundOf = (track?: shaka.extern.AudioTrack) => sounds.find(({ label }) => label === track?.label)?.id ?? ''
  const chooseSound = (id: string) => {
    const track = player.getAudioTracks().find((one) => soundOf(one) === id)
    if (track) player.selectAudioTrack(track)
  }
  const describe = () => {
    const active = tracks().find((track) => track.active)
    const tracksOfSound = player.getAudioTracks()
    report({
      offered: [...new Set(tracks().map((track) => track.originalVideoId ?? ''))].filter(Boolean),
      playing: active?.originalVideoId ?? null,
      audio: tracksOfSound.map((track) => ({
        id: soundOf(track),
        label: track.label || track.language,
        language: track.language,
      })),
      chosenAudio: soundOf(tracksOfSound.find((track) => track.active)),
    })
  }
  for (const event of ['adaptation', 'variantchanged', 'trackschanged', 'audiotrackschanged']) {
    player.addEventListener(event, describe)
  }
  player.addEventListener('error', (event) => {
    failed((event as unknown as { detail: shaka.util.Error }).detail)
  })

  function failed(error: unknown) {
    const trouble = troubleOf(error)
    report({ trouble, cause: causeOf(error) })
    clearTimeout(again)
    if (trouble === 'network') again = setTimeout(resume, againAfter)
  }
  function resume() {
    if (!player.retryStreaming()) void load(video.currentTime)
  }

  const load = async (at: number) => {
    try {
      await player.load(url, at > 0 ? at : undefined)
      report({ trouble: null })
      if (start.sound) chooseSound(start.sound)
      describe()
    } catch (error) {
      failed(error)
    }
  }
  await player.attach(video)
  void load(start.at)

  return {
    chooseRung(id) {
      player.configure({ abr: { enabled: id === 'auto' } })
      const active = tracks().find((track) => track.active)
      const wanted = tracks().find((track) => track.originalVideoId === id && track.language === active?.language)
      if (wanted) player.selectVariantTrack(wanted, true, 4)
      report({ chosen: id })
    },
    chooseAudio: chooseSound,
    allow,
    move(to) {
      url = to.dash
      report({ trouble: null })
      void load(video.currentTime)
    },
    retry() {
      report({ trouble: null })
      resume()
      void video.play().catch(() => {})
    },
    destroy() {
      clearTimeout(again)
      void player.destroy()
    },
  }
}

/** What stands in the way. Shaka tells it of a request only once it has asked six times, over half a minute. */
export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof shaka.util.Error)) return 'media'
  const { Category, Code } = shaka.util.Error
  if (error.category !== Category.NETWORK) return error.category === Category.MANIFEST ? 'unsupported' : 'media'
  // Only of a status that is no success does it tell the status; else nobody answered.
  const failure = meaning(error.code === Code.BAD_HTTP_STATUS ? Number(error.data[1]) : 0)
  return failure === 'network' || failure === 'expired' ? failure : 'media'
}

/** Shaka says what went wrong in numbers, which the documentation of `shaka.util.Error` names. */
function causeOf(error: unknown): string {
  return error instanceof shaka.util.Error ? `Shaka ${error.code}, category ${error.category}` : String(error)
}
