// One viewing of a film: what the video element does becomes reports and figures, and what is heard of other devices
// comes back to it.
import { outbox } from '@/api/watchOutbox'
import { onMoved, type State } from '@/api/watchPlaces'
import { Figures } from './figures'
import { measurePlaying } from './measure'
import { type Playing, Reporter } from './reporter'

const beat = 5000
/** Seconds that nobody notices. */
const near = 1

/** What the player shows what it plays. */
export interface Viewing {
  /** Watches an element until it is told to stop. */
  attach(video: HTMLVideoElement): () => void
  /** The film cannot be played on. */
  fails(): void
}

export class DeviceViewing implements Viewing {
  /** Where it begins, or was taken over. */
  startAt: number
  /** Told whenever it plays. */
  onPlays: () => void = () => {}
  private readonly reporter: Reporter
  private readonly figures: Figures
  private video: HTMLVideoElement | undefined
  private begun = false
  private left = false
  /** Whether the seek under way is ours, and whether it is the viewer's. */
  private jumping = false
  private seeking = false
  /** Where the first picture is to be, when that is not where the engine was told to begin. */
  private aim: number | undefined
  private lastKnown: number
  private failed = false
  private measured = false
  /** Bits a second by height, of what there is to show. */
  bandwidths: ReadonlyMap<number, number> = new Map()

  constructor(playing: Playing, reporter = new Reporter(playing), figures = new Figures(playing)) {
    this.reporter = reporter
    this.figures = figures
    this.startAt = reporter.startAt
    this.lastKnown = reporter.startAt
  }

  /** Goes on where another device is: the viewer did not go there. */
  takeFrom(position: number): void {
    this.startAt = position
    this.jump(position)
  }

  /** Begins at the beginning: its viewer went back there, wherever they were. */
  beginAnew(): void {
    this.startAt = 0
    this.lastKnown = 0
    this.reporter.wentTo(0)
  }

  /** The device that was taken over from says exactly where it stopped. */
  correct(position: number): void {
    if (Math.abs(position - this.startAt) > near) this.takeFrom(position)
  }

  fails(): void {
    this.failed = true
  }

  play(): void {
    this.video?.play().catch(() => {})
  }

  /** Another device goes on with it: pauses, and says at once exactly where. False where nothing plays. */
  yield(): boolean {
    if (this.state() !== 'playing') return false
    this.video?.pause()
    this.say('paused')
    return true
  }

  attach(video: HTMLVideoElement): () => void {
    this.video = video
    this.left = false
    const { playing } = this.reporter
    const hears = onMoved((message) => message.type === 'watch.position' && this.reporter.hear(message))
    const rebases = outbox.onRebased((report, era) => {
      if (report.sessionId === playing.sessionId) this.reporter.rebase(report.era ?? '', era)
    })
    let beats: ReturnType<typeof setInterval> | undefined
    const quiet = () => clearInterval(beats)

    const events: Record<string, () => void> = {
      playing: () => {
        if (video.paused) return // It was paused, or taken, before this could be told.
        quiet()
        beats = setInterval(() => this.say(this.state()), beat)
        this.begin(video)
        this.figures.plays(this.position)
        this.figures.shows(video.videoHeight, this.position)
        this.say('playing')
        this.onPlays()
      },
      pause: () => {
        quiet()
        this.say('paused')
      },
      seeking: () => {
        this.figures.jumps()
        if (this.begun && !this.jumping && video.readyState > 0) this.seeking = true
      },
      seeked: () => {
        this.jumping = false
        if (this.seeking) this.say(this.state())
      },
      ended: () => {
        quiet()
        this.figures.completes(this.position)
        this.say('paused')
      },
      waiting: () => this.begun && !video.seeking && !video.paused && this.figures.stalls(),
      resize: () => this.begun && this.figures.shows(video.videoHeight, this.position),
      timeupdate: () => !video.paused && !video.seeking && this.figures.passes(this.position),
    }
    for (const [name, happens] of Object.entries(events)) video.addEventListener(name, happens)

    const hides = () => document.visibilityState === 'hidden' && this.say(this.state(), true)
    const ends = () => this.leave(true)
    document.addEventListener('visibilitychange', hides)
    addEventListener('pagehide', ends)
    return () => {
      quiet()
      hears()
      rebases()
      for (const [name, happens] of Object.entries(events)) video.removeEventListener(name, happens)
      document.removeEventListener('visibilitychange', hides)
      removeEventListener('pagehide', ends)
      this.leave(false)
      this.video = undefined
    }
  }

  /** Where the film is. An element that is being filled anew stands at nothing: then it is where it was. */
  private get position(): number {
    if (this.video && this.video.readyState > 0) this.lastKnown = this.video.currentTime
    return this.lastKnown
  }

  private state(): State {
    return this.video && !this.video.paused && !this.video.ended ? 'playing' : 'paused'
  }

  /** The first picture is there. */
  private begin(video: HTMLVideoElement) {
    if (this.begun) return
    this.begun = true
    const { aim } = this
    this.aim = undefined
    if (aim !== undefined && Math.abs(video.currentTime - aim) > near) this.jump(aim)
    else if (this.position < this.startAt - near) this.reporter.wentTo(this.position)
  }

  private jump(to: number) {
    this.lastKnown = to
    // Until the first picture the engine goes to where it was told to begin, once more.
    if (!this.begun) this.aim = to
    if (!this.video) return
    this.jumping = true
    this.video.currentTime = to
  }

  private say(state: State, leaving = false) {
    if (!this.begun) return // Who only opened a film has not watched it.
    const { position } = this
    if (this.seeking) {
      this.seeking = false
      this.reporter.wentTo(position)
    }
    this.reporter.say(position, state, leaving)
  }

  private leave(leaving: boolean) {
    if (this.left) return
    this.left = !leaving // A page that is put away may come back.
    this.say('stopped', leaving)
    if (this.begun) this.figures.stops(this.position, leaving)
    if (this.measured || !this.video) return
    this.measured = true
    measurePlaying(this.video, this.figures.quality, this.bandwidths, this.failed)
  }
}
