// How this page loads and answers, as its viewer has it: Web Vitals (web.dev/vitals), by the library of who defined them.
import { onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals'
import { flushWhenLeft, isPrivate, note, screenOf } from '@/api/rum'
import type { Measure } from '@/api/types'

let begun = false

/** Measures from now on what there still is to measure of this page, and what it was before: once. */
export function measure(): void {
  if (begun || isPrivate()) return
  begun = true
  const screen = screenOf(location.pathname)
  const noted =
    (name: Measure['name'], per = 1000) =>
    ({ value }: { value: number }) =>
      note({ name, value: value / per, screen })
  onTTFB(noted('ttfb'))
  onFCP(noted('fcp'))
  onLCP(noted('lcp'))
  onINP(noted('inp'))
  onCLS(noted('cls', 1))
  flushWhenLeft() // after them: what they say when the page is left goes along
}
