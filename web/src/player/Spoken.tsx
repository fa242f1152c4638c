import { useLingui } from '@lingui/react/macro'
import { createTranslator, I18nContext, type Translator } from '@videojs/react'
import { type ReactNode, useMemo } from 'react'

type Values = Record<string, string | number> | undefined

/** What Video.js says by itself to who does not see the player, in the language of the app. */
export function Spoken({ children }: { children: ReactNode }) {
  const { t, i18n } = useLingui()
  const value = useMemo(() => {
    const { locale } = i18n
    const own = createTranslator({}, locale) as (text: unknown, values: unknown) => string
    const translator = ((text: string | { key: string }, values: Values) => {
      const { current = '', duration = '', percent = '' } = values ?? {}
      switch (typeof text === 'string' ? text : text.key) {
        case 'container.label':
          return t`Player`
        case 'time.position':
          return t`${current} of ${duration}`
        case 'time.unknown':
          return t`Not known yet`
        case 'volume.mutedValue':
          return t`${percent}, muted`
      }
      return own(text, values)
    }) as Translator
    return { locale, translator, localeFromProp: true }
  }, [t, i18n])
  return <I18nContext value={value}>{children}</I18nContext>
}
