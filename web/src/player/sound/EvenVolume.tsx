import { useEffect, useState } from 'react'
import { useEngine } from '../engineContext'
import { type Mixer, openMixer } from './mixer'
import { type Sound, useSoundChoices } from './sounds'

/** Plays every film equally loud, unless a person wants it as it is. */
export function EvenVolume({ video, sounds }: { video: HTMLVideoElement | null; sounds: readonly Sound[] }) {
  const { even } = useSoundChoices()
  const chosen = useEngine((state) => state.chosenAudio)
  const [mixer, setMixer] = useState<Mixer | null>(null)
  useEffect(() => {
    if (!video) return
    const opened = openMixer(video)
    setMixer(opened)
    return () => opened.close()
  }, [video])
  const heard = sounds.find((sound) => sound.id === chosen)
  const decibels = even ? (heard?.gainDb ?? 0) : 0
  useEffect(() => mixer?.turn(decibels), [mixer, decibels])
  return null
}
