// What is shown over this film and how. The look and the habit outlive the page; a delay belongs to one film.
import { createStore } from 'zustand/vanilla'
import { remember } from '@/lib/remember'
import type { Habit } from './choice'

export const sizes = [0.75, 1, 1.5, 2]
export const colors = ['#ffffff', '#ffff00', '#00ff00', '#00ffff']
export const backgrounds = [0, 0.5, 0.75, 1]

export type Look = { size: number; color: string; background: number }

const kept = remember<{ habit: Habit } & Look>('kk.subtitles', {
  habit: null,
  size: 1,
  color: '#ffffff',
  background: 0.75,
})

export type SubtitleState = {
  habit: Habit
  /** Chosen for this film: an id, or `off`; undefined until somebody chooses. */
  picked: string | undefined
  /** Seconds the words come later than written. */
  delay: number
  look: Look
  /** The panel stands where words do: they go above it. */
  crowded: boolean
}

export function createSubtitleStore() {
  const { habit, ...look } = kept.get()
  const store = createStore<SubtitleState>(() => ({ habit, picked: undefined, delay: 0, look, crowded: false }))
  store.subscribe(({ habit, look }) => kept.set({ habit, ...look }))
  return store
}

const maxDelay = 60

/** Adds to a delay in tenths, so that nothing piles up behind the comma. */
export function delayed(delay: number, by: number): number {
  return Math.max(-maxDelay, Math.min(maxDelay, Math.round((delay + by) * 10) / 10))
}
