import { i18n } from '@lingui/core'
import { remember } from '@/lib/remember'

export type Locale = 'pt-BR' | 'en'

/**
 * Screens whose sentences come with them; `app` holds those of the first page, `later` of what comes after its picture,
 * `people` those of who runs the house.
 */
export type Room =
  | 'app'
  | 'later'
  | 'catalogue'
  | 'title'
  | 'importing'
  | 'door'
  | 'watch'
  | 'history'
  | 'upload'
  | 'account'
  | 'people'

export const locales: { id: Locale; name: string }[] = [
  { id: 'pt-BR', name: 'Português' },
  { id: 'en', name: 'English' },
]

const chosen = remember<Locale | null>('kk.locale', null)
const open = new Set<Room>(['app'])

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

/** Loads a locale's sentences for every screen seen so far, then speaks it everywhere at once. */
export async function speak(locale: Locale): Promise<void> {
  const said = await Promise.all([...open].map((room) => sentences(room, locale)))
  i18n.load(locale, Object.assign({}, ...said))
  i18n.activate(locale)
  document.documentElement.lang = locale
}

/** Loads what a screen says, beside the screen itself. */
export async function speakOf(room: Room): Promise<void> {
  if (open.has(room)) return
  const locale = i18n.locale as Locale
  i18n.load(locale, await sentences(room, locale))
  if (i18n.locale !== locale) return speakOf(room)
  open.add(room)
}

async function sentences(room: Room, locale: Locale) {
  return (await import(`./locales/${room}.${locale}.po`)).messages
}

/** Speaks a locale and remembers that a person chose it. */
export async function choose(locale: Locale): Promise<void> {
  await speak(locale)
  chosen.set(locale)
}
