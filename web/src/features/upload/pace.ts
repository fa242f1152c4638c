// How long the rest of something takes, told from how its progress went so far. Progress comes in steps, long ones and
// short ones, and work is put aside now and then; what is shown goes down steadily all the same.

/** All times are in seconds. */
export type Pace = {
  progress: number
  /** When it got there. */
  at: number
  /** Where a step ends was seen, so the next one is a whole one. */
  aligned: boolean
  /** What a step usually takes. */
  step?: number
  /** Progress a second, newer steps weighing more, and how much is known of it. */
  rate: { sum: number; weight: number }
  endsAt?: number
}

/** After this long a step weighs half as much in the pace as a new one. */
const memory = 60
/** After this long the shown end has come half the way towards a new estimate. */
const glide = 15
/** So many usual steps without progress stop the clock, and after so many more, or so long, nothing is said any more. */
const late = 2
const lost = 10
const lostAfter = 30

/** The pace once this progress is heard of. Hearing of the same again changes nothing. */
export function paced(before: Pace | undefined, progress: number, at: number): Pace {
  if (!before || progress < before.progress) return { progress, at, aligned: false, rate: { sum: 0, weight: 0 } }
  if (progress === before.progress || at <= before.at) return before
  if (!before.aligned) return { ...before, progress, at, aligned: true }
  const step = at - before.at
  const kept = 2 ** (-step / memory)
  const rate = {
    sum: before.rate.sum * kept + ((progress - before.progress) / step) * (1 - kept),
    weight: before.rate.weight * kept + (1 - kept),
  }
  const end = at + ((1 - progress) * rate.weight) / rate.sum
  return {
    progress,
    at,
    aligned: true,
    step: before.step === undefined ? step : (before.step + step) / 2,
    rate,
    endsAt: before.endsAt === undefined ? end : end + (before.endsAt - end) * 2 ** (-step / glide),
  }
}

/** What is left, or nothing while too little is known of it. */
export function secondsLeft(pace: Pace | undefined, now: number): number | undefined {
  if (pace?.endsAt === undefined || pace.step === undefined) return undefined
  const idle = now - pace.at
  if (idle > Math.max(pace.step * lost, lostAfter)) return undefined
  return Math.max(0, pace.endsAt - pace.at - Math.min(idle, pace.step * late))
}
