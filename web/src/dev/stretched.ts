// The languages of the page: those of the app, and one that no house speaks, half as long again and in brackets. What does
// not fit is seen in it, and so is a sentence that is written into a component, for it stays as it is.
import { i18n } from '@lingui/core'
import { type Locale, locales, speak } from '@/i18n'

type Part = string | [name: string, kind?: string, forms?: unknown]
type Sentence = string | Part[]

export type Language = Locale | 'stretched'
export const languages: { value: Language; label: string }[] = [
  ...locales.map(({ id, name }) => ({ value: id, label: name })),
  { value: 'stretched', label: '⟦Streeetched⟧' },
]

let spoken: Promise<unknown> = Promise.resolve()

/** Speaks a language everywhere, after the one that was asked for before. */
export function say(language: Language): Promise<unknown> {
  spoken = spoken.then(async () => {
    if (language !== 'stretched') return speak(language)
    const { messages } = await import('@/i18n/locales/app.en.po')
    await speak('en')
    i18n.load('en', Object.fromEntries(Object.entries(messages).map(([id, one]) => [id, stretched(one as Sentence)])))
    i18n.activate('en')
  })
  return spoken
}

/** A sentence in brackets, its vowels doubled and accented, the places of its values and elements as they were. */
export function stretched(sentence: Sentence): Sentence {
  return ['⟦', ...[longer(sentence)].flat(), '⟧'] as Part[]
}

const vowels: Record<string, string> = { a: 'áâ', e: 'éê', i: 'íî', o: 'óô', u: 'úû' }

function longer(sentence: Sentence): Sentence {
  if (typeof sentence === 'string') return sentence.replace(/[aeiou]/g, (vowel) => vowels[vowel] ?? vowel)
  return sentence.map((part): Part => {
    if (typeof part === 'string') return longer(part) as string
    const [name, kind, forms] = part
    if (!forms || typeof forms !== 'object') return part
    const each = Object.entries(forms).map(([form, one]) => [form, form === 'offset' ? one : longer(one)])
    return [name, kind, Object.fromEntries(each)]
  })
}
