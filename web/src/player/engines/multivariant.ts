import type { Rung } from '../ladder'

/**
 * The multivariant playlist with every planned rung in it. The server lists only what is whole, which is right for any
 * player; ours also knows the rungs being made, and climbs onto them without opening the film again. A rung added here
 * borrows what it shares with one that is listed: codecs, sound, frame rate.
 */
export function withPlanned(playlist: string, rungs: readonly Rung[]): string {
  const listed = /^#EXT-X-STREAM-INF:.*$/m.exec(playlist)?.[0]
  if (!listed) return playlist
  const missing = rungs.filter((rung) => !playlist.includes(`${rung.id}/index.m3u8`))
  const added = missing.map(({ id, width, height, bandwidth }) => {
    const shared = listed
      .replace(/,?AVERAGE-BANDWIDTH=\d+/, '')
      .replace(/BANDWIDTH=\d+/, `BANDWIDTH=${bandwidth}`)
      .replace(/RESOLUTION=\d+x\d+/, `RESOLUTION=${width}x${height}`)
    return `${shared}\n${id}/index.m3u8`
  })
  return [playlist.trimEnd(), ...added, ''].join('\n')
}
