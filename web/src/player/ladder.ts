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
  /** The file's own picture, played as it is: whole from the start, nothing of it has to be made. */
  instant: boolean
  /** Absent of H.264; what has one is there when it is whole. */
  codec?: string
  /** RFC 6381. */
  codecs?: string
  ready: readonly (readonly [from: number, to: number])[]
}

/** How far ahead a rung must be ready before playback climbs onto it by itself. */
export const horizon = 60

/** Whether nothing from `position` to the horizon, or to the film's end, would have to be waited for. */
export function readyAhead(rung: Rung, position: number, duration: number): boolean {
  if (rung.instant) return true
  const until = Math.min(position + horizon, duration)
  // Positions and spans are rounded in different places; a quarter second is under any segment.
  const slack = 0.25
  return rung.ready.some(([from, to]) => from <= position + slack && to >= until - slack)
}

/**
 * The rungs automatic quality may choose among: those ready ahead, and no taller than the screen can show. There may be
 * holes between them, or none of them at all.
 */
export function allowedRungs(
  rungs: readonly Rung[],
  at: { position: number; duration: number; screenHeight: number },
): ReadonlySet<string> {
  const ready = rungs.filter((rung) => readyAhead(rung, at.position, at.duration))
  const filling = ready.map((rung) => rung.height).filter((height) => height >= at.screenHeight)
  const tallest = Math.min(...filling)
  return new Set(ready.filter((rung) => rung.height <= tallest).map((rung) => rung.id))
}

/** A level as the choice sees it; `failing` is one that would not load a moment ago. */
export type Level = { allowed: boolean; failing: boolean; bitrate: number }

/**
 * The level to load next: what the player wants, brought down to an allowed one. A line that cannot carry even the
 * lightest allowed level would stop on it again and again; then, as when none is allowed, the lowest is asked for, since
 * that one is made fastest. Levels go from the lowest up; `bandwidth` is what the line was measured to carry, if it was.
 */
export function pickLevel(levels: readonly Level[], wanted: number, bandwidth: number | undefined): number {
  const choices = levels.flatMap(({ allowed, failing }, index) => (allowed && !failing ? [index] : []))
  const below = choices.filter((index) => index <= wanted).at(-1)
  if (below !== undefined) return below
  const [lightest] = choices
  if (lightest === undefined) return 0
  const carried = bandwidth === undefined || (levels[lightest]?.bitrate ?? 0) <= bandwidth
  return carried ? lightest : 0
}

/** The rungs from the tallest down, as a menu lists them; the file's own picture stands above one of its height. */
export function tallestFirst(rungs: readonly Rung[]): Rung[] {
  return [...rungs].sort((a, b) => b.height - a.height || Number(b.instant) - Number(a.instant))
}
