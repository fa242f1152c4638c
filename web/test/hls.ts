// A real hls.js over a made-up film, without a browser's Media Source Extensions: what it would load can be asked, and
// what it loaded can be told.
import Hls, { Events, type FragBufferedData, type FragLoadedData, type HlsConfig, type LoadStats } from 'hls.js'

/** Every container and codec is said to play: which levels there are is not this machine's affair. */
export function pretendMediaSource() {
  class Pretended extends EventTarget {
    static isTypeSupported = () => true
    readyState = 'closed'
  }
  globalThis.MediaSource ??= Pretended as unknown as typeof MediaSource
  URL.createObjectURL ??= () => 'blob:pretended'
  URL.revokeObjectURL ??= () => {}
}

export type Variant = { id: string; height: number; bandwidth: number }

export type Sounding = { id: string; name: string; default?: boolean }

export function multivariant(variants: Variant[], sounds: Sounding[] = []): string {
  const media = sounds.map(
    ({ id, name, ...sound }) =>
      `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="${name}",LANGUAGE="${id.slice(8, 10)}",DEFAULT=${sound.default ? 'YES' : 'NO'},AUTOSELECT=${sound.default ? 'YES' : 'NO'},CHANNELS="${id.endsWith('-51') ? 6 : 2}",URI="${id}/index.m3u8"\n`,
  )
  const heard = sounds.length > 0 ? ',AUDIO="audio"' : ''
  const codecs = sounds.length > 0 ? 'avc1.64001E,mp4a.40.2' : 'avc1.64001E'
  const lines = variants.map(
    ({ id, height, bandwidth }) =>
      `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth * 2},AVERAGE-BANDWIDTH=${bandwidth},CODECS="${codecs}",RESOLUTION=${Math.round((height * 16) / 9)}x${height},FRAME-RATE=24.000${heard}\n${id}/index.m3u8\n`,
  )
  return `#EXTM3U\n${media.join('')}${lines.join('')}`
}

/** An hls.js that has read this playlist and loads nothing by itself. */
export async function readBy(config: Partial<HlsConfig>, url: string): Promise<Hls> {
  pretendMediaSource()
  const hls = new Hls({ ...config, autoStartLoad: false })
  await new Promise((resolve, reject) => {
    hls.once(Events.MANIFEST_PARSED, resolve)
    hls.once(Events.ERROR, (_, { error }) => reject(error))
    hls.loadSource(url)
  })
  return hls
}

/** Tells the rule that a segment of a level arrived: what it asks of the stream is all in the statistics. */
export function arrived(hls: Hls, level: number, stats: LoadStats) {
  stats.parsing = { start: stats.loading.end, end: stats.loading.end }
  const frag = { type: 'main', sn: 1, level, duration: 4, bitrate: 1_000_000, stats } as never
  const rule = (hls as unknown as { abrController: unknown }).abrController as unknown as {
    onFragLoaded(name: string, data: Partial<FragLoadedData>): void
    onFragBuffered(name: string, data: Partial<FragBufferedData>): void
  }
  rule.onFragLoaded(Events.FRAG_LOADED, { frag, part: null })
  rule.onFragBuffered(Events.FRAG_BUFFERED, { frag, part: null, stats })
}
