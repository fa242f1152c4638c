// What every streaming engine promises. One way only: the interface asks the engine, the engine acts on the element, and
// what came of it is reported here as state.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Rung } from './ladder'

/** What stopped playback. `expired` is cured by opening the stream again; the others by trying again, or not at all. */
export type Trouble = 'network' | 'expired' | 'media' | 'unsupported'

export type AudioChoice = { id: string; label: string }

export type EngineState = {
  /** Heights on offer, tallest first. */
  heights: number[]
  chosen: number | 'auto'
  /** The height on its way to the screen. */
  playing: number | null
  audio: AudioChoice[]
  chosenAudio: string | null
  trouble: Trouble | null
}

export type Report = (change: Partial<EngineState>) => void

export interface Engine {
  chooseHeight(height: number | 'auto'): void
  chooseAudio(id: string): void
  /** Bounds automatic choice; a person's own choice stands above it. */
  allowUpTo(height: number | undefined): void
  retry(): void
  destroy(): void
}

/** Where a film is, and the rungs that are planned for it. */
export type Source = { hls: string; dash: string; rungs: readonly Rung[] }
export type EngineName = 'hls' | 'shaka'

/** Where playback begins, and the tallest rung it may begin on by itself. */
export type Start = { at: number; upTo: number | undefined }

export function createEngineState(): StoreApi<EngineState> {
  return createStore(() => ({
    heights: [],
    chosen: 'auto',
    playing: null,
    audio: [],
    chosenAudio: null,
    trouble: null,
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
  if (name === 'shaka') {
    const { openShaka } = await import('./engines/shaka')
    return openShaka(video, source.dash, start, report)
  }
  const { openHls, hlsSupported } = await import('./engines/hls')
  if (hlsSupported()) return openHls(video, source, start, report)
  const { openNative } = await import('./engines/native')
  return openNative(video, source.hls, start.at, report)
}
