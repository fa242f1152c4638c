// What was watched on this device and is not yet acknowledged: at most one report of each profile and film, joined by the
// rule. It is kept in the browser's storage, so that it outlives a reload, a crash and days without a network, and leaves
// it only when the server has said that it is kept.
import { type Answer, byHttp, byLive, type Call, type Report } from './watchPost'
import { compareEras, eraText, firstEra, join, type Mark, nextEra, parseEra } from './watchRule'

/** Hears that the server would not have an era, its clock being far from ours, and which it is instead. */
type Rebased = (report: Report, era: string) => void

const prefix = 'kk.watch.'
/** Of all profiles of this browser; beyond it the oldest go. */
const mostKept = 100

/** How soon is tried again: soon, then so that the server is found within five seconds of its return. */
const soon = [500, 1000] as const
const period = [2500, 4500] as const
const breath = [300, 1200] as const
const settling = [0, 300] as const

const between = ([from, to]: readonly [number, number]) => from + Math.random() * (to - from)

export class Outbox {
  private profile: string | null = null
  private live: { call: Call; profile: string } | null = null
  /** What the storage would not take. */
  private readonly memory = new Map<string, string>()
  private readonly underWay = new Map<string, AbortController>()
  private readonly listeners = new Set<Rebased>()
  private failures = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private flushing = false
  /** Whether a flush was asked for that has not begun. */
  private asked = false

  private readonly online = () => this.comeBack()

  constructor() {
    addEventListener('online', this.online)
  }

  /** Ends it, for the tests. What it keeps stays. */
  stop(): void {
    removeEventListener('online', this.online)
    this.speakFor(null)
    clearTimeout(this.timer)
  }

  /** From here on this profile is who watches; nobody: nothing is sent. */
  speakFor(profile: string | null): void {
    if (this.profile === profile) return
    this.profile = profile
    this.failures = 0
    if (profile) this.flushIn(between(settling))
  }

  /** What is sent may go by a live connection, which was opened for this profile; null: no longer. */
  goThrough(call: Call | null, profile?: string): void {
    this.live = call && profile ? { call, profile } : null
    if (call) this.comeBack()
  }

  /** Keeps a report, with what is kept already of its film, and sends it; `leaving` when the page may end now. */
  keep(report: Report, leaving = false): void {
    const key = keyOf(report)
    const before = this.read(key)
    this.write(key, JSON.stringify(before ? together(before, report) : report))
    void this.send(key, leaving)
  }

  /** How far was come in a film that the server may not know of yet. */
  unsent(profile: string, videoId: string): Mark | undefined {
    const report = this.read(keyOf({ profileId: profile, videoId }))
    return report?.era === undefined ? undefined : markOf(report)
  }

  /** Hears of eras that are others now; returns how to stop. */
  onRebased(listener: Rebased): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Sends all that this profile has here, the latest first. */
  async flush(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    this.asked = true
    if (this.flushing) return
    this.flushing = true
    try {
      while (this.asked) {
        this.asked = false
        for (const key of this.mine()) if (!(await this.send(key))) break
      }
    } finally {
      this.flushing = false
    }
  }

  /** The network or the server is there again: what hangs on the old road is asked for anew. */
  private comeBack() {
    this.failures = 0
    for (const attempt of this.underWay.values()) attempt.abort()
    this.underWay.clear()
    this.flushIn(between(settling))
  }

  private flushIn(milliseconds: number) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.flush(), milliseconds)
  }

  /** Sends what is kept under a key; false when the server did not answer. */
  private async send(key: string, leaving = false): Promise<boolean> {
    if (this.underWay.has(key) && !leaving) return true // What was added meanwhile goes after it.
    const text = this.readText(key)
    const report = text === null ? undefined : parse(text)
    if (text === null || !report) {
      if (text !== null) this.remove(key, text)
      return true
    }
    if (report.profileId !== this.profile) return true
    const attempt = new AbortController()
    if (!leaving) this.underWay.set(key, attempt)
    const began = Date.now()
    const answer = await this.ask(report, leaving, attempt.signal)
    if (this.underWay.get(key) === attempt) this.underWay.delete(key)
    if (answer.is === 'away') {
      if (!attempt.signal.aborted) this.tryAgain(began, answer.waitFor)
      return false
    }
    this.failures = 0
    if (answer.is === 'elsewhere') return true
    if (answer.is === 'badEra') this.rebase(key, text, report, answer.serverTime ?? Date.now())
    else this.remove(key, text)
    const left = this.readText(key)
    return left === null || left === text || leaving ? true : this.send(key)
  }

  private async ask(report: Report, leaving: boolean, stop: AbortSignal): Promise<Answer> {
    if (!leaving && this.live?.profile === report.profileId) {
      const answer = await Promise.race([byLive(this.live.call, report), aborted(stop)])
      // Only over HTTP is said what time it is there.
      if (answer && answer.is !== 'badEra') return answer
    }
    return byHttp(report, leaving, stop)
  }

  private tryAgain(began: number, waitFor = 0) {
    this.failures++
    const every = between(this.failures === 1 ? soon : period)
    this.flushIn(Math.max(between(breath), every - (Date.now() - began), waitFor))
  }

  /** Begins an era by the server's time, in the place of one that it would not have. */
  private rebase(key: string, text: string, report: Report, serverTime: number) {
    const after = parseEra(report.after) ?? firstEra
    const era = eraText(nextEra(after, serverTime, report.sessionId))
    if (era === report.era || report.after === era) return this.remove(key, text)
    for (const listener of this.listeners) listener(report, era)
    const now = this.read(key)
    if (!now || now.era !== report.era) return // Something newer took its place.
    if (now.after === rebasedOnce) return this.remove(key, this.readText(key) ?? '')
    this.write(key, JSON.stringify({ ...now, era, after: rebasedOnce }))
  }

  private mine(): string[] {
    const own = `${prefix}${this.profile}.`
    return this.keys()
      .filter((key) => this.profile !== null && key.startsWith(own))
      .sort((a, b) => (this.read(b)?.observedAt ?? 0) - (this.read(a)?.observedAt ?? 0))
  }

  private keys(): string[] {
    const all = new Set(this.memory.keys())
    try {
      for (let i = 0; i < localStorage.length; i++) {
        const key = localStorage.key(i)
        if (key?.startsWith(prefix)) all.add(key)
      }
    } catch {
      // What is in memory is all there is.
    }
    return [...all]
  }

  private read(key: string): Report | undefined {
    const text = this.readText(key)
    return text === null ? undefined : parse(text)
  }

  private readText(key: string): string | null {
    const here = this.memory.get(key)
    if (here !== undefined) return here
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  }

  private write(key: string, text: string) {
    try {
      localStorage.setItem(key, text)
      this.memory.delete(key)
    } catch {
      this.memory.set(key, text) // Full or forbidden: it lasts as long as the page.
    }
    const all = this.keys()
    if (all.length <= mostKept) return
    const age = (one: string) => this.read(one)?.observedAt ?? 0
    const [oldest] = all.filter((one) => one !== key).sort((a, b) => age(a) - age(b))
    if (oldest) this.remove(oldest, this.readText(oldest) ?? '')
  }

  /** Removes what is kept, unless it has changed. */
  private remove(key: string, text: string) {
    if (this.readText(key) !== text) return
    this.memory.delete(key)
    try {
      localStorage.removeItem(key)
    } catch {
      // It was in memory alone.
    }
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<{ is: 'away' }>((resolve) => signal.addEventListener('abort', () => resolve({ is: 'away' })))

/** In the place of what an era is begun after: it was refused once, and is not begun anew again and again. */
const rebasedOnce = 'rebased'

const keyOf = ({ profileId, videoId }: Pick<Report, 'profileId' | 'videoId'>) => `${prefix}${profileId}.${videoId}`

const markOf = (report: Report): Mark => ({
  era: parseEra(report.era ?? '') ?? firstEra,
  kind: 'watching',
  position: report.positionSeconds,
  duration: report.durationSeconds,
  at: report.observedAt,
})

/** What was kept and what is reported since, as one. Without an era, what is said last is what counts. */
function together(before: Report, now: Report): Report {
  if (before.era === undefined) return { ...now, sought: before.sought || now.sought }
  if (now.era === undefined) return together(before, { ...now, era: before.era })
  const mark = join(markOf(before), markOf(now))
  const [a, b] = [parseEra(before.after) ?? firstEra, parseEra(now.after) ?? firstEra]
  return {
    ...now,
    era: eraText(mark.era),
    positionSeconds: mark.position,
    durationSeconds: mark.duration,
    observedAt: mark.at,
    after: eraText(compareEras(a, b) < 0 ? b : a),
  }
}

/** A report as it was kept; undefined of what is none. */
function parse(text: string): Report | undefined {
  try {
    const report = JSON.parse(text) as Report
    const numbers = [report.positionSeconds, report.durationSeconds, report.observedAt, report.counter]
    const words = [report.videoId, report.profileId, report.sessionId, report.after]
    const sound = numbers.every(Number.isFinite) && words.every((word) => typeof word === 'string')
    return sound && parseEra(report.era ?? '') ? report : undefined
  } catch {
    return undefined
  }
}

export const outbox = new Outbox()
