// Which subtitle is shown: what the viewer chose for this film, else what they usually choose, else what the film asks for.

export type Subtitle = {
  id: string
  language: string
  label: string
  forced: boolean
  sdh: boolean
  default: boolean
  url: string
}

/** What a viewer usually chooses; null until they have. */
export type Habit = { language: string; sdh: boolean } | 'off' | null

const base = (tag: string) => tag.toLowerCase().split('-')[0]
const alike = (a: string, b: string) => a !== '' && a !== 'und' && base(a) === base(b)

/** The one that counts as chosen, null when subtitles are off. */
export function chosenSubtitle(all: readonly Subtitle[], habit: Habit, sound: string): Subtitle | null {
  const whole = all.filter((one) => !one.forced)
  if (habit === 'off') return null
  if (habit) {
    const closeness = (one: Subtitle) =>
      (one.language === habit.language ? 2 : alike(one.language, habit.language) ? 1 : -4) +
      (one.sdh === habit.sdh ? 0.5 : 0)
    return whole.filter((one) => closeness(one) > 0).sort((a, b) => closeness(b) - closeness(a))[0] ?? null
  }
  // Most files call every track their default: it only means something where the sound is in another language.
  return whole.find((one) => one.default && sound !== '' && sound !== 'und' && !alike(one.language, sound)) ?? null
}

/** What goes over the picture: with subtitles off, what somebody who understands the sound needs all the same. */
export function shownSubtitle(all: readonly Subtitle[], chosen: Subtitle | null, sound: string): Subtitle | null {
  return chosen ?? all.find((one) => one.forced && alike(one.language, sound)) ?? null
}
