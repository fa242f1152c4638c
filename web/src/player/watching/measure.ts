// How well a film played, in a few numbers for the operator's sums.
import { note } from '@/api/rum'
import type { Measure } from '@/api/types'
import type { Figures } from './figures'

/** Notes it once, when a playing ends. Of one that showed nothing there is only whether it failed. */
export function measurePlaying(
  video: HTMLVideoElement,
  quality: Figures['quality'],
  bandwidths: ReadonlyMap<number, number>,
  failed: boolean,
  keep: typeof note = note,
): void {
  const say = (name: Measure['name'], value: number) => keep({ name, value, screen: 'watch' })
  if (quality || failed) say('failed', failed ? 1 : 0)
  if (!quality) return
  say('start', quality.startSeconds)
  say('stalled', quality.stalledShare)
  say('bitrate', meanOf(quality.secondsByHeight, bandwidths))
  const { totalVideoFrames = 0, droppedVideoFrames = 0 } = video.getVideoPlaybackQuality?.() ?? {}
  if (totalVideoFrames > 0) say('dropped', droppedVideoFrames / totalVideoFrames)
}

/** The bits a second that were shown; not a number where nobody knows. */
function meanOf(seconds: ReadonlyMap<number, number>, bandwidths: ReadonlyMap<number, number>): number {
  let bits = 0
  let known = 0
  for (const [height, shown] of seconds) {
    const bandwidth = bandwidths.get(height)
    if (bandwidth === undefined) continue
    bits += bandwidth * shown
    known += shown
  }
  return bits / known
}
