// The rule by which what several devices say of one film becomes one. It is internal/watch/merge.go's, and both are held
// to one table of cases: internal/watch/testdata/cases.json.

/** A stretch of watching in which one only comes further. Whoever goes back begins another, later than all they knew of. */
export type Era = {
  /** Milliseconds since 1970, or later. */
  readonly at: number
  /** Who began it: tells two of one time apart. */
  readonly by: string
}

export const firstEra: Era = { at: 0, by: '' }

export function compareEras(a: Era, b: Era): number {
  return a.at - b.at || (a.by < b.by ? -1 : a.by > b.by ? 1 : 0)
}

/** An era that begins now, by the server's clock as far as it is known here, and knows `era`. */
export function nextEra(era: Era, now: number, by: string): Era {
  return { at: Math.max(Math.floor(now), era.at + 1), by }
}

/** Nothing of the first era, else its time, a point, and who began it. */
export function eraText({ at, by }: Era): string {
  return at === 0 && by === '' ? '' : `${at}.${by}`
}

const latest = 2 ** 53
const wire = /^([1-9][0-9]{0,15})\.([!-~]{1,64})$/

/** Reads what `eraText` wrote; undefined of anything else. */
export function parseEra(text: string): Era | undefined {
  if (text === '') return firstEra
  const [, at, by] = wire.exec(text) ?? []
  return at && by && Number(at) <= latest && String(Number(at)) === at ? { at: Number(at), by } : undefined
}

/** What began an era: watching, or a removal from the row of what to go on with, or from everywhere. */
export type Kind = 'watching' | 'removed' | 'forgotten'

/** How far one came: of one device, or of all. */
export type Mark = {
  readonly era: Era
  readonly kind: Kind
  /** Seconds, as the duration. */
  readonly position: number
  readonly duration: number
  /** When it was watched last, in milliseconds: what lists are ordered by, and nothing else. */
  readonly at: number
}

/** What two marks say together, whichever came first and however often: the later era, and how far one came in it. */
export function join(a: Mark, b: Mark): Mark {
  const order = compareEras(a.era, b.era)
  if (order !== 0) return order < 0 ? b : a
  return {
    era: a.era,
    // biome-ignore lint/complexity/useMathMinMax: they are words
    kind: a.kind > b.kind ? a.kind : b.kind,
    position: Math.max(a.position, b.position),
    duration: Math.max(a.duration, b.duration),
    at: Math.max(a.at, b.at),
  }
}

const finishedAt = 0.95
const begunAt = 30
const begunPart = 0.02

/** Whether it was seen to the end: 95 % of it, or the credits, where it is known at which second they begin. */
export function isFinished({ position, duration }: Mark, credits = 0): boolean {
  const end = finishedAt * duration
  return duration > 0 && position >= (credits > 0 ? Math.min(end, credits) : end)
}

/** Whether enough was seen that one would go on with it. */
export function isBegun({ position, duration }: Mark): boolean {
  return position >= Math.min(begunAt, begunPart * duration)
}

/** Whether it belongs in the row of what to go on with. */
export function isUnfinished(mark: Mark, credits = 0): boolean {
  return mark.kind === 'watching' && isBegun(mark) && !isFinished(mark, credits)
}

/** Where and in which era a playing begins that knows this mark: anew what was finished, brought back what was removed. */
export function resume(mark: Mark, now: number, by: string, credits = 0): { position: number; era: Era } {
  if (isFinished(mark, credits) || mark.kind === 'forgotten') return { position: 0, era: nextEra(mark.era, now, by) }
  if (mark.kind === 'removed') return { position: mark.position, era: nextEra(mark.era, now, by) }
  return { position: mark.position, era: mark.era }
}
