import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { remember } from '@/lib/remember'

/** One sound of the film: a track in stereo, or once more in 5.1. */
export type Sound = {
  id: string
  /** The same of a track in stereo and in 5.1. */
  track: number
  label: string
  role?: 'original' | 'dub' | 'commentary' | 'description' | 'clear'
  channels: number
  default: boolean
  /** By how many decibels to turn it up or down, so that all films are equally loud; absent until it is measured. */
  gainDb?: number
}

const kept = remember('kk.sound', { even: true, surround: false })

/** What a person once chose and every film heeds. */
const choices = createStore(() => kept.get())
choices.subscribe((now) => kept.set(now))

export const useSoundChoices = () => useStore(choices)
export const evenOut = (even: boolean) => choices.setState({ even })

/** Whoever chooses 5.1 is given it until stereo is chosen where there was 5.1. */
export function heed(chosen: Sound, sounds: readonly Sound[]) {
  if (sounds.some((other) => other.track === chosen.track && isSurround(other)))
    choices.setState({ surround: isSurround(chosen) })
}

/** The sound to begin with, where that is not the film's own default. */
export function preferredSound(sounds: readonly Sound[]): string | undefined {
  if (!choices.getState().surround) return undefined
  const own = sounds.find((sound) => sound.default)
  return sounds.find((sound) => isSurround(sound) && sound.track === own?.track)?.id
}

const isSurround = ({ channels }: Sound) => channels > 2
