// What one playing says of where it is, and in which era: internal/watch tells the rule.
import { serverNow } from '@/api/watchClock'
import { outbox } from '@/api/watchOutbox'
import { type Moved, markOf, type State } from '@/api/watchPlaces'
import type { Report } from '@/api/watchPost'
import { compareEras, type Era, eraText, firstEra, join, type Mark, nextEra, parseEra, resume } from '@/api/watchRule'

/** What a playing begins with: its ticket, and whose it is. */
export type Playing = {
  videoId: string
  profileId: string
  sessionId: string
  durationSeconds: number
  /** The ticket's; nothing while it was not known where the viewer was. */
  era?: string
  resumeAtSeconds: number
}

type Mail = {
  keep(report: Report, leaving?: boolean): void
  unsent(profileId: string, videoId: string): Mark | undefined
}

/** A player is not back when it stands this much before where it was: that is no more than a key frame. */
const slack = 1

export class Reporter {
  readonly playing: Playing
  private readonly mail: Mail
  private readonly now: () => number
  /** Where the film goes on: what was watched here without a network counts before the server knows of it. */
  readonly startAt: number
  /** The one this playing reports in; nothing until one is known. */
  private era: Era | undefined
  /** All that is known here of how far this profile came. */
  private known: Mark
  /** The latest era that was not begun here. */
  private told: Era
  private counter = 0
  private sought = false

  constructor(playing: Playing, mail: Mail = outbox, now: () => number = serverNow) {
    this.playing = playing
    this.mail = mail
    this.now = now
    this.told = parseEra(playing.era ?? '') ?? firstEra
    const { resumeAtSeconds: position, durationSeconds: duration, profileId, videoId, sessionId } = playing
    const ticket: Mark = { era: this.told, kind: 'watching', position, duration, at: 0 }
    const unsent = mail.unsent(profileId, videoId)
    this.known = unsent ? join(ticket, unsent) : ticket
    const begins = unsent ? resume(this.known, now(), sessionId) : { position, era: parseEra(playing.era ?? '.') }
    this.startAt = begins.position
    this.era = begins.era
  }

  /** Says where the player is; `leaving` when the page may end now. */
  say(position: number, state: State, leaving = false): void {
    // Who plays and knows of a later era goes on in that one. A removal is none to go on in: it stays until the film is
    // opened again.
    if (state === 'playing' && this.known.kind === 'watching' && this.era && compareEras(this.era, this.known.era) < 0)
      this.era = this.known.era
    const { videoId, profileId, sessionId, durationSeconds } = this.playing
    const observedAt = this.now()
    if (this.era) this.learn({ era: this.era, kind: 'watching', position, duration: durationSeconds, at: observedAt })
    const report: Report = {
      videoId,
      profileId,
      sessionId,
      durationSeconds,
      ...(this.era && { era: eraText(this.era) }),
      positionSeconds: Math.max(0, Math.round(position * 1000) / 1000),
      observedAt,
      counter: ++this.counter,
      sought: this.sought,
      state,
      after: eraText(this.told),
    }
    this.sought = false
    this.mail.keep(report, leaving)
  }

  /** The viewer went there, not by playing. Before where they were, that begins an era. */
  wentTo(position: number): void {
    this.sought = true
    if (!this.era || position >= this.known.position - slack) return
    this.era = nextEra(this.known.era, this.now(), this.playing.sessionId)
    this.learn({ era: this.era, kind: 'watching', position, duration: this.playing.durationSeconds, at: this.now() })
  }

  /** Hears of what was watched or removed elsewhere. */
  hear(moved: Moved): void {
    const mark = moved.videoId === this.playing.videoId ? markOf(moved) : undefined
    if (!mark) return
    if (mark.era.by !== this.playing.sessionId && compareEras(this.told, mark.era) < 0) this.told = mark.era
    this.learn(mark)
    // The server gave what was reported without an era one.
    this.era ??= this.known.era
  }

  /** An era that was begun here is another now. */
  rebase(from: string, to: string): void {
    const era = parseEra(to)
    if (!era) return
    if (this.era && eraText(this.era) === from) this.era = era
    if (eraText(this.known.era) === from) this.known = { ...this.known, era }
  }

  private learn(mark: Mark) {
    this.known = join(this.known, mark)
  }
}
