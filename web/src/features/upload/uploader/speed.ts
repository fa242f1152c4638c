const span = 8000
const least = 1500

/** Bytes a second over the last few seconds: steady enough to read, quick enough to believe. */
export function createMeter(now: () => number = () => performance.now()) {
  let marks: { at: number; total: number }[] = []
  return {
    mark(total: number): number | undefined {
      const at = now()
      marks = [...marks.filter((one) => at - one.at < span && one.total <= total), { at, total }]
      const first = marks[0]
      if (!first || at - first.at < least) return undefined
      return ((total - first.total) / (at - first.at)) * 1000
    },
  }
}
