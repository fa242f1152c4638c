// What this profile watches right now, and where: as the live channel tells it, and as lists were answered. Told again
// late or twice, it stays as true: it is joined by the rule.
import { create } from 'zustand'
import { noteServerTime, serverNow } from './watchClock'
import { deviceId } from './watchDevice'
import { join, type Kind, type Mark, parseEra } from './watchRule'

export type State = 'playing' | 'paused' | 'stopped'

/** How far a device has come, or that a film was removed: then of no device. */
export type Moved = {
  type: 'watch.position'
  videoId: string
  deviceId: string
  device: string
  era: string
  kind: Kind
  positionSeconds: number
  durationSeconds: number
  state?: State
  at: string
}

/** Another device goes on with a film. */
export type Taken = { type: 'watch.taken'; videoId: string; deviceId: string }

/** A device that plays, or did a moment ago. */
export type Place = {
  videoId: string
  deviceId: string
  /** What to call it; nothing where that is not known. */
  device: string
  state: State
  /** When it was heard of, by this device's clock, and where it was then. */
  heardAt: number
  positionSeconds: number
  durationSeconds: number
}

type Places = {
  /** How far this profile came in what was heard of since the page was opened. */
  marks: ReadonlyMap<string, Mark>
  /** What plays on other devices, the latest first. */
  elsewhere: readonly Place[]
}

/** Players report every 5 s: of whom nothing is heard for this long, is gone. */
const silence = 16_000
const mostMarks = 200
const mostDevices = 50

const usePlaces = create<Places>(() => ({ marks: new Map(), elsewhere: [] }))
const devices = new Map<string, Place>()
const listeners = new Set<(message: Moved | Taken) => void>()
let wearing: ReturnType<typeof setTimeout> | undefined

/** What this profile plays on other devices at this moment: a film may be taken over from there, by /watch/…?take. */
export function usePlayingElsewhere(): readonly Place[] {
  return usePlaces((state) => state.elsewhere)
}

/** How far this profile came in a film, if that was heard since the page was opened. */
export function useHeard(videoId: string): Mark | undefined {
  return usePlaces((state) => state.marks.get(videoId))
}

/** How far this profile came in every film that was heard of since the page was opened. */
export function useMarks(): ReadonlyMap<string, Mark> {
  return usePlaces((state) => state.marks)
}

/** Where a player is by now: a playing one has played on since it was heard of. */
export function placeNow({ state, heardAt, positionSeconds, durationSeconds }: Place, now = Date.now()): number {
  if (state !== 'playing') return positionSeconds
  const by = positionSeconds + Math.max(0, now - heardAt) / 1000
  return durationSeconds > 0 ? Math.min(by, durationSeconds) : by
}

/** Where another device is in this film, if it was heard of a moment ago: the one named, or who was heard last. */
export function placeElsewhere(videoId: string, device?: string): Place | undefined {
  return [...devices.values()]
    .filter((one) => one.videoId === videoId && one.deviceId !== deviceId() && Date.now() - one.heardAt < silence)
    .filter((one) => device === undefined || one.deviceId === device)
    .sort((a, b) => b.heardAt - a.heardAt)[0]
}

/** What to call a device, if it was heard of. */
function deviceName(id: string): string {
  for (const one of devices.values()) if (one.deviceId === id && one.device) return one.device
  return ''
}

/** As deviceName, for a screen that says it. */
export function useDeviceName(id: string): string {
  return usePlaces(() => deviceName(id))
}

/** Hears of every move and hand-over as it comes; returns how to stop. */
export function onMoved(listener: (message: Moved | Taken) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Takes in what the live channel says. */
export function hear(message: Moved | Taken): void {
  if (message.type === 'watch.position') note(message)
  for (const listener of listeners) listener(message)
}

/** Takes in a place, of the live channel or of a list that was answered. */
export function note(moved: Omit<Moved, 'type'>): void {
  const mark = markOf(moved)
  if (!mark) return
  noteServerTime(mark.at)
  const marks = new Map(usePlaces.getState().marks)
  const before = marks.get(moved.videoId)
  const now = before ? join(before, mark) : mark
  marks.delete(moved.videoId)
  marks.set(moved.videoId, now)
  for (const old of marks.keys()) if (marks.size > mostMarks) marks.delete(old)
  if (moved.deviceId && moved.state) {
    const key = `${moved.videoId} ${moved.deviceId}`
    const heardAt = Date.now() - Math.max(0, serverNow() - mark.at)
    const last = devices.get(key)
    if (!last || heardAt >= last.heardAt - 1000) {
      const { videoId, deviceId, device, state, positionSeconds, durationSeconds } = moved
      devices.delete(key)
      devices.set(key, { videoId, deviceId, device, state, heardAt, positionSeconds, durationSeconds })
    }
    for (const old of devices.keys()) if (devices.size > mostDevices) devices.delete(old)
  }
  usePlaces.setState({ marks })
  show()
}

/** The mark of a message; undefined of one that makes no sense. */
export function markOf(moved: Omit<Moved, 'type'>): Mark | undefined {
  const era = parseEra(moved.era)
  const at = Date.parse(moved.at)
  if (!era || Number.isNaN(at)) return undefined
  return { era, kind: moved.kind, position: moved.positionSeconds, duration: moved.durationSeconds, at }
}

/** Somebody else is here: what was heard is not theirs. */
export function forgetPlaces(): void {
  devices.clear()
  clearTimeout(wearing)
  usePlaces.setState({ marks: new Map(), elsewhere: [] })
}

function show() {
  const now = Date.now()
  const elsewhere = [...devices.values()]
    .filter((one) => one.state === 'playing' && one.deviceId !== deviceId() && now - one.heardAt < silence)
    .sort((a, b) => b.heardAt - a.heardAt)
  usePlaces.setState({ elsewhere })
  clearTimeout(wearing)
  const next = elsewhere.at(-1)
  if (next) wearing = setTimeout(show, next.heardAt + silence - now)
}
