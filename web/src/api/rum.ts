// What this browser measured, for the operator's sums: sent together when the page is left or put away. It says nothing
// of who measured, and whoever asked not to be tracked sends nothing.
import type { Measure } from './types'

/** More are not taken at once. */
const most = 50
let waiting: Measure[] = []
let left = false

/** Whether the viewer asked not to be tracked: by Global Privacy Control, or as it was asked before. */
export function isPrivate(): boolean {
  const { globalPrivacyControl, doNotTrack } = navigator as {
    globalPrivacyControl?: boolean
    doNotTrack?: string | null
  }
  return globalPrivacyControl === true || doNotTrack === '1'
}

/** Keeps a measure until the page is left; what comes while it is being left goes at once. */
export function note(measure: Measure): void {
  if (isPrivate() || !Number.isFinite(measure.value) || measure.value < 0 || waiting.length >= most) return
  waiting.push(measure)
  if (left) queueMicrotask(flush)
}

/** Sends what is kept. What does not arrive is lost: these are sums of many. */
export function flush(): void {
  if (waiting.length === 0) return
  const body = new Blob([JSON.stringify({ measures: waiting })], { type: 'application/json' })
  waiting = []
  navigator.sendBeacon?.('/api/rum', body)
}

/** Sends whenever the page goes out of sight, until it is told to stop. */
export function flushWhenLeft(): () => void {
  const hidden = () => document.visibilityState === 'hidden' && flush()
  const leaves = () => {
    left = true
    flush()
  }
  const comesBack = () => {
    left = false
  }
  document.addEventListener('visibilitychange', hidden)
  addEventListener('pagehide', leaves)
  addEventListener('pageshow', comesBack)
  return () => {
    document.removeEventListener('visibilitychange', hidden)
    removeEventListener('pagehide', leaves)
    removeEventListener('pageshow', comesBack)
    left = false
  }
}

const operator = ['upload', 'people', 'insight', 'import']
const viewer = ['browse', 'search', 'list', 'title', 'watch', 'history', 'account', 'profiles']

/** Which screen an address shows, as measures name it. */
export function screenOf(path: string): string {
  const first = path.split('/')[1] ?? ''
  if (first === '') return 'home'
  if (operator.includes(first)) return 'operator'
  return viewer.includes(first) ? first : 'door'
}
