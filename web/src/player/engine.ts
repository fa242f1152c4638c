// What every streaming engine promises. One way only: the interface asks the engine, the engine acts on the element, and
// what came of it is reported here as state.
import { createStore, type StoreApi } from 'zustand/vanilla'
import { amongRungs } from './codec'
import type { Rung } from './ladder'
import type { Sound } from './sound/sounds'

/**
 * What stands in the way of playback. While it is `network` the engine keeps asking by itself; `expired` is cured by
 * moving to new addresses; the others by trying again, or not at all.
 */
export type Trouble = 'network' | 'expired' | 'media' | 'unsupported'

/** Its id is the sound's own. */
export type AudioChoice = { id: string; label: string; language?: string }

export type EngineState = {
  /** The rungs that can be chosen, by id. */
  offered: string[]
  chosen: string
  /** The rung on its way to the screen. */
  playing: string | null
  audio: AudioChoice[]
  chosenAudio: string | null
  trouble: Trouble | null
  /** What the engine says of its last trouble, for whoever looks into it: in English, as in a log. */
  cause: string
}

export type Report = (change: Partial<EngineState>) => void

export interface Engine {
  /** A rung's id, or `auto`. */
  chooseRung(id: string): void
  chooseAudio(id: string): void
  /** The rungs automatic choice stays among; a person's own choice stands above it. */
  allow(rungs: ReadonlySet<string>): void
  /**
   * Where the segment begins that begins nearest to a place of the film, both in seconds: a picture that needs no other
   * decoded before it. Only hls.js tells.
   */
  startNear?(seconds: number): number | undefined
  /** The film is found elsewhere from now on; what plays goes on. */
  move(to: Addresses): void
  retry(): void
  destroy(): void
}

/** Where a film is: everything planned for our own player, and for any other only what is whole. */
export type Addresses = { player: string; hls: string; dash: string }
export type Source = Addresses & { rungs: readonly Rung[]; sounds: readonly Sound[]; frameRate: number }
export type EngineName = 'hls' | 'shaka'

/** Where playback begins, the rungs it may begin on by itself, and the sound, where that is not the default. */
export type Start = { at: number; allowed: ReadonlySet<string>; sound?: string }

export function createEngineState(): StoreApi<EngineState> {
  return createStore(() => ({
    offered: [],
    chosen: 'auto',
    playing: null,
    audio: [],
    chosenAudio: null,
    trouble: null,
    cause: '',
  }))
}

/** Starts playing a source on an element. HLS by hls.js, or by the browser where only it may; DASH by Shaka, when asked. */
export async function openEngine(
  name: EngineName,
  video: HTMLVideoElement,
  source: Source,
  start: Start,
  report: Report,
): Promise<Engine> {
  const among = await amongRungs(source.rungs, source.frameRate)
  if (name === 'shaka') {
    const { openShaka } = await import('./engines/shaka')
    return openShaka(video, source, start, report, among)
  }
  const { openHls, hlsSupported } = await import('./engines/hls')
  if (hlsSupported()) return openHls(video, source, start, report, among)
  const { openNative } = await import('./engines/native')
  return openNative(video, source, start.at, report)
}
