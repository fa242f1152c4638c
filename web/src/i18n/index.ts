import { i18n } from '@lingui/core'
import { remember } from '@/lib/remember'

export type Locale = 'pt-BR' | 'en'

export const locales: { id: Locale; name: string }[] = [
  { id: 'pt-BR', name: 'Português' },
  { id: 'en', name: 'English' },
]

const chosen = remember<Locale | null>('kk.locale', null)

/** The locale to start in: the one chosen here before, else the first of the browser's languages we speak. */
export function startingLocale(languages: readonly string[] = navigator.languages): Locale {
  const before = chosen.get()
  if (before && locales.some((locale) => locale.id === before)) return before
  for (const language of languages) {
    const tongue = language.toLowerCase().split('-')[0]
    if (tongue === 'pt') return 'pt-BR'
    if (tongue === 'en') return 'en'
  }
  return 'en'
}

/** Loads a locale's messages, then speaks it everywhere at once. */
export async function speak(locale: Locale): Promise<void> {
  const { messages } = locale === 'pt-BR' ? await import('./locales/pt-BR.po') : await import('./locales/en.po')
  i18n.loadAndActivate({ locale, messages })
  document.documentElement.lang = locale
}

/** Speaks a locale and remembers that a person chose it. */
export async function choose(locale: Locale): Promise<void> {
  await speak(locale)
  chosen.set(locale)
}
