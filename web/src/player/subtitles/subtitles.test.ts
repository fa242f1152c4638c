import { describe, expect, test } from 'vitest'
import { chosenSubtitle, type Subtitle, shownSubtitle } from './choice'
import { cuesAt } from './cues'
import { placeOf } from './place'
import { delayed } from './store'

const words = (id: string, language: string, over: Partial<Subtitle> = {}): Subtitle => ({
  id,
  language,
  label: id,
  forced: false,
  sdh: false,
  default: false,
  url: `/${id}.vtt`,
  ...over,
})

describe('which subtitle is shown', () => {
  const all = [
    words('signs', 'pt', { forced: true, default: true }),
    words('pt', 'pt', { default: true }),
    words('brazil', 'pt-BR'),
    words('en', 'en', { default: true }),
    words('deaf', 'en', { sdh: true }),
  ]
  const chosen = (habit: Parameters<typeof chosenSubtitle>[1], sound: string) => chosenSubtitle(all, habit, sound)?.id

  test('the habit’s language, as near as the film has it', () => {
    expect(chosen({ language: 'pt-BR', sdh: false }, 'en')).toBe('brazil')
    expect(chosen({ language: 'pt-PT', sdh: false }, 'en')).toBe('pt')
    expect(chosen({ language: 'en', sdh: true }, 'en')).toBe('deaf')
    expect(chosen({ language: 'en-US', sdh: false }, 'en')).toBe('en')
    expect(chosen({ language: 'fr', sdh: false }, 'en')).toBeUndefined()
    expect(chosen('off', 'en')).toBeUndefined()
  })

  test('without a habit, the film’s default only where the sound is in another language', () => {
    expect(chosen(null, 'pt')).toBe('en')
    expect(chosen(null, 'en')).toBe('pt')
    expect(chosenSubtitle([words('en', 'en', { default: true })], null, 'en-GB')).toBeNull()
    expect(chosenSubtitle([words('en', 'en', { default: true })], null, 'und')).toBeNull()
    expect(chosenSubtitle([words('en', 'en')], null, 'pt')).toBeNull()
  })

  test('with subtitles off, what is forced in the language of the sound, and in no other', () => {
    expect(shownSubtitle(all, null, 'pt-BR')?.id).toBe('signs')
    expect(shownSubtitle(all, null, 'en')).toBeNull()
    expect(shownSubtitle(all, null, 'und')).toBeNull()
    expect(shownSubtitle(all, all[3] ?? null, 'pt')?.id).toBe('en')
  })
})

test('a moment has the cues that are shown then, and says when that changes', () => {
  const cues = [
    { startTime: 1, endTime: 9 },
    { startTime: 2, endTime: 3 },
    { startTime: 5, endTime: 6 },
  ]
  expect(cuesAt(cues, 0)).toEqual({ active: [], next: 1 })
  expect(cuesAt(cues, 2)).toEqual({ active: [cues[0], cues[1]], next: 3 })
  expect(cuesAt(cues, 3)).toEqual({ active: [cues[0]], next: 5 })
  expect(cuesAt(cues, 9)).toEqual({ active: [], next: Number.POSITIVE_INFINITY })
})

test('tenths of a second add up, and a delay has its bounds', () => {
  let delay = 0
  for (let i = 0; i < 7; i++) delay = delayed(delay, 0.1)
  expect(delay).toBe(0.7)
  expect(delayed(delay, -0.5)).toBe(0.2)
  expect(delayed(59.9, 0.5)).toBe(60)
  expect(delayed(-59.9, -0.5)).toBe(-60)
})

test('a cue stands where it asks to, to a third of the picture', () => {
  const place = (over: Partial<Parameters<typeof placeOf>[0]>) =>
    placeOf({ line: 'auto', snapToLines: true, align: 'center', position: 'auto', ...over })
  expect(place({})).toEqual({ row: 'bottom', side: 'center', inset: '0%' })
  expect(place({ line: 0 }).row).toBe('top')
  expect(place({ line: -1 }).row).toBe('bottom')
  expect(place({ line: 10, snapToLines: false }).row).toBe('top')
  expect(place({ line: 50, snapToLines: false }).row).toBe('middle')
  expect(place({ line: 85, snapToLines: false }).row).toBe('bottom')
  expect(place({ align: 'left', position: 5 })).toMatchObject({ side: 'left', inset: '5%' })
  expect(place({ align: 'right', position: 95 })).toMatchObject({ side: 'right', inset: '5%' })
})
