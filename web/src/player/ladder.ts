// Which rung may play now, decided without a player in sight.

/**
 * A rung of the ladder as the server plans it, made or not: what people call it (720), how tall it truly is (a wide
 * film's 720 is 536 lines), and the spans, in seconds, that need no waiting.
 */
export type Rung = {
  /** Its playlist stands at `{id}/index.m3u8` beside the multivariant one. */
  id: string
  name: number
  height: number
  width: number
  bandwidth: number
  ready: readonly (readonly [from: number, to: number])[]
}

/** How far ahead a rung must be ready before playback climbs onto it by itself. */
export const horizon = 60

/** Whether nothing from `position` to the horizon, or to the film's end, would have to be waited for. */
export function readyAhead(rung: Rung, position: number, duration: number): boolean {
  const until = Math.min(position + horizon, duration)
  // Positions and spans are rounded in different places; a quarter second is under any segment.
  const slack = 0.25
  return rung.ready.some(([from, to]) => from <= position + slack && to >= until - slack)
}

/**
 * The tallest rung that automatic quality may choose: ready ahead, and no taller than the screen can show. When none is
 * ready the shortest is asked for, since it is made fastest.
 */
export function tallestAllowed(
  rungs: readonly Rung[],
  at: { position: number; duration: number; screenHeight: number },
): number | undefined {
  const heights = rungs.map((rung) => rung.height).sort((a, b) => a - b)
  const lowest = heights[0]
  if (lowest === undefined) return undefined
  const ready = rungs.filter((rung) => readyAhead(rung, at.position, at.duration)).map((rung) => rung.height)
  const fits = heights.find((height) => height >= at.screenHeight) ?? Number.POSITIVE_INFINITY
  return ready.filter((height) => height <= fits).sort((a, b) => b - a)[0] ?? Math.min(lowest, ...ready)
}

/** What people call the rung of that height. */
export function nameOf(height: number, rungs: readonly Rung[]): number {
  return rungs.find((rung) => rung.height === height)?.name ?? height
}
