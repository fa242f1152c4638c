// How a figure is held to its limit, and a checker to what it must not let pass.
const missed = []

const show = (figure) => (Number.isInteger(figure) ? String(figure) : String(Number(figure.toFixed(3))))

/** A figure of the app, in a line with its limit. Returns whether it is held; what is missed in the end fails the run. */
export function hold(what, figure, { atMost, atLeast, unit = '' }) {
  const line = `${what}: ${show(figure)}${unit} (${limitOf({ atMost, atLeast, unit })})`
  const held = isHeld(figure, { atMost, atLeast })
  console.log(held ? line : `${line} MISSED`)
  if (!held) missed.push(line)
  return held
}

/** The same figure of something broken on purpose: a checker that lets it pass fails the run. */
export function mustMiss(what, figure, { atMost, atLeast, unit = '' }) {
  const line = `broken on purpose, ${what}: ${show(figure)}${unit} (${limitOf({ atMost, atLeast, unit })})`
  const held = isHeld(figure, { atMost, atLeast })
  console.log(held ? `${line} NOT SEEN` : `${line}, seen`)
  if (held) missed.push(`${line}: the checker does not see it`)
}

/** Measures, and once more where a limit was missed: a machine may have been busy with something else. Both are printed. */
export async function twiceAtMost(measure) {
  const before = missed.length
  if (await measure()) return
  console.log('missed: measured once more, and that counts')
  missed.length = before
  await measure()
}

/** Ends the run: well only if everything was held. */
export function judge() {
  if (missed.length > 0) throw new Error(`missed:\n  ${missed.join('\n  ')}`)
}

export function median(figures) {
  const sorted = [...figures].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

/** The figure that so large a share of all stays below. */
export function quantile(figures, share) {
  const sorted = [...figures].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

const isHeld = (figure, { atMost, atLeast }) =>
  Number.isFinite(figure) && (atMost === undefined || figure <= atMost) && (atLeast === undefined || figure >= atLeast)

const limitOf = ({ atMost, atLeast, unit }) => (atMost === undefined ? `≥ ${atLeast}${unit}` : `≤ ${atMost}${unit}`)
