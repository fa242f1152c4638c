import { useLingui } from '@lingui/react/macro'
import type { Suggestion } from '@/api/types'
import { nameIn } from '@/lib/inLanguage'

/** Why a film is suggested, in a few words. */
export function useReason(): (reason: Suggestion['reason']) => string {
  const { t, i18n } = useLingui()
  return ({ code, names, genres }) => {
    const name = names[0] ?? ''
    const kinds = genres.map((one) => nameIn(one, i18n.locale)).join(', ')
    switch (code) {
      case 'collection':
        return name || t`Same collection`
      case 'director':
        return t`By ${name} too`
      case 'cast':
        return t`With ${name} too`
      case 'watched-together':
        return t`Watched by the same people`
      case 'genre':
        return kinds
      case 'tmdb':
        return t`Recommended on TMDB`
    }
  }
}
