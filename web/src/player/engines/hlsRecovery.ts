// A link that lost most of what it carried has it back: what was loaded meanwhile would be shown for as long as the buffer
// is, up to half a minute. It is loaded anew from a little ahead of what is seen, as when somebody chooses a quality.
import { Events, type Fragment, type default as Hls } from 'hls.js'

export function replaceWhatWasPoor(hls: Hls): void {
  let before: number | undefined
  /** The lines of the picture that was left for want of a line that carries it. */
  let lost = 0
  const linesOf = (level: number) => hls.levels[level]?.height ?? 0
  hls.on(Events.FRAG_BUFFERED, (_, { frag }) => {
    if (!isPicture(frag)) return
    if (!hls.autoLevelEnabled) lost = 0
    else if (before !== undefined && linesOf(frag.level) < linesOf(before)) lost ||= linesOf(before)
    before = frag.level
    if (lost === 0 || linesOf(hls.nextAutoLevel) < lost) return
    const poor = linesOf(frag.level) < lost
    lost = 0
    // Automatic again, as it is, from the next segment on: hls.js leaves as much as fetching that takes.
    if (poor) hls.nextLevel = -1
  })
}

export function isPicture(frag: Fragment): boolean {
  return frag.type === 'main' && frag.sn !== 'initSegment'
}
