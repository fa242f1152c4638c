// How a film was watched and how well it played: what the operator sees of all viewings together, and the warm places of
// the line. It is sent every half minute and at the end; what cannot be sent goes with the next.
import { type Happening, sendFigures } from '@/api/watchFigures'

const every = 30_000
const most = 200
const hundredths = 100
/** A part counts once it played for this long, or for half of it where it is shorter. */
const counts = 1
/** Between two looks at the clock a film that plays moves no further than this. */
const step = 4

type Played = { videoId: string; sessionId: string; durationSeconds: number }

export class Figures {
  private readonly playing: Played
  private readonly post: typeof sendFigures
  private readonly began = performance.now()
  private readonly times = new Uint8Array(hundredths)
  private unsent: Happening[] = []
  private sentParts = ''
  private last: number | undefined
  private inside = 0
  private counted = false
  private started = false
  private completed = false
  private stalledAt: number | undefined
  private height = 0
  private startedAfter = 0
  private stalledFor = 0
  /** How long each height was shown, in seconds. */
  private readonly shown = new Map<number, number>()
  private timer: ReturnType<typeof setInterval> | undefined
  private sending = false

  constructor(playing: Played, post: typeof sendFigures = sendFigures) {
    this.playing = playing
    this.post = post
  }

  /** The picture moves. */
  plays(position: number): void {
    if (!this.started) {
      this.started = true
      this.startedAfter = this.since()
      this.note('start', position, this.startedAfter)
    }
    this.timer ??= setInterval(() => void this.send(), every)
    if (this.stalledAt !== undefined) {
      const stalled = this.since() - this.stalledAt
      this.stalledFor += stalled
      this.note('stall', position, stalled)
    }
    this.stalledAt = undefined
  }

  /** It stands still, and nobody asked it to. */
  stalls(): void {
    if (this.started) this.stalledAt ??= this.since()
  }

  shows(height: number, position: number): void {
    if (height === this.height || height === 0) return
    this.height = height
    this.note('quality', position, height)
  }

  /** Where it is while it plays. */
  passes(position: number): void {
    const part = this.playing.durationSeconds / hundredths
    if (!(part > 0)) return
    const from = this.last
    this.last = position
    if (from === undefined || position < from || position - from > step) {
      this.inside = 0
      this.counted = false
      return
    }
    this.shown.set(this.height, (this.shown.get(this.height) ?? 0) + position - from)
    for (let at = from; at < position; ) {
      const index = Math.min(hundredths - 1, Math.floor(at / part + 1e-9))
      const end = index === hundredths - 1 ? position : Math.min(position, (index + 1) * part)
      this.inside += end - at
      if (!this.counted && this.inside >= Math.min(counts, part / 2)) {
        this.times[index] = Math.min(9, (this.times[index] ?? 0) + 1)
        this.counted = true
      }
      if (end < position || end === (index + 1) * part) {
        this.inside = 0
        this.counted = false
      }
      if (end <= at) break
      at = end
    }
    if (position >= 0.95 * this.playing.durationSeconds) this.completes(position)
  }

  /** From here on it is another stretch: the viewer went there. */
  jumps(): void {
    this.last = undefined
    this.stalledAt = undefined
  }

  completes(position: number): void {
    if (this.completed) return
    this.completed = true
    this.note('complete', position)
  }

  /** The viewer leaves. */
  stops(position: number, leaving: boolean): void {
    clearInterval(this.timer)
    this.timer = undefined
    if (!this.started) return
    this.note('stop', position)
    void this.send(leaving)
  }

  /** How well it played so far; undefined before the first picture. */
  get quality():
    | { startSeconds: number; stalledShare: number; secondsByHeight: ReadonlyMap<number, number> }
    | undefined {
    if (!this.started) return undefined
    const played = [...this.shown.values()].reduce((sum, seconds) => sum + seconds, 0)
    const all = played + this.stalledFor
    return {
      startSeconds: this.startedAfter,
      stalledShare: all > 0 ? this.stalledFor / all : 0,
      secondsByHeight: this.shown,
    }
  }

  private note(type: Happening['type'], positionSeconds: number, value?: number) {
    if (this.unsent.length >= most) return
    this.unsent.push({ type, atSeconds: this.since(), positionSeconds, ...(value !== undefined && { value }) })
  }

  private async send(leaving = false) {
    const parts = this.times.join('')
    const events = this.unsent
    if ((events.length === 0 && parts === this.sentParts) || (this.sending && !leaving)) return
    this.sending = true
    const arrived = await this.post(this.playing.videoId, { sessionId: this.playing.sessionId, events, parts }, leaving)
    this.sending = false
    if (!arrived) return
    this.unsent = this.unsent.filter((one) => !events.includes(one))
    this.sentParts = parts
  }

  private since() {
    return Math.round(performance.now() - this.began) / 1000
  }
}
