import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Movie } from '@/api/types'
import { nameIn, textIn } from '@/lib/inLanguage'

const link = 'rounded-poster text-ink transition-colors hover:text-accent'

/** What is known of a film, in two columns. */
export function Facts({ film }: { film: Movie }) {
  const { i18n } = useLingui()
  const { title } = textIn(film, i18n.locale)
  const language = film.originalLanguage && nameOf(film.originalLanguage, i18n.locale)
  return (
    <section aria-labelledby="facts" className="page-x">
      <h2 id="facts" className="mb-4 text-lg">
        <Trans>About the film</Trans>
      </h2>
      <dl className="grid max-w-[800px] gap-x-6 gap-y-4 md:grid-cols-2">
        {film.directors.length > 0 && (
          <Fact name={<Trans>Directed by</Trans>}>
            {inWords(film.directors, i18n.locale, (name) => (
              <Link to="/search" search={{ q: name }} className={link}>
                {name}
              </Link>
            ))}
          </Fact>
        )}
        {film.genres.length > 0 && (
          <Fact name={<Trans>Genres</Trans>}>
            {inWords(
              film.genres.map((one) => nameIn(one, i18n.locale)),
              i18n.locale,
              (name, place) => (
                <Link to="/browse" search={{ genre: film.genres[place]?.id }} className={link}>
                  {name}
                </Link>
              ),
            )}
          </Fact>
        )}
        {film.originalTitle && film.originalTitle !== title && (
          <Fact name={<Trans>Original title</Trans>}>
            <span lang={film.originalLanguage}>{film.originalTitle}</span>
          </Fact>
        )}
        {language && <Fact name={<Trans>Original language</Trans>}>{language}</Fact>}
        {film.released && <Fact name={<Trans>Released</Trans>}>{day(film.released, i18n.locale)}</Fact>}
      </dl>
      {film.tmdbId && (
        <p className="mt-6 text-sm text-faint">
          <Trans>
            Some of this comes from{' '}
            <a
              href={`https://www.themoviedb.org/movie/${film.tmdbId}`}
              target="_blank"
              rel="noopener noreferrer"
              className={link}
            >
              TMDB
            </a>
            . This product uses the TMDB API but is not endorsed or certified by TMDB.
          </Trans>
        </p>
      )}
    </section>
  )
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-faint">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** "a, b and c", each part as it is shown. */
function inWords(names: string[], locale: string, show: (name: string, place: number) => ReactNode): ReactNode {
  let place = -1
  return new Intl.ListFormat(locale).formatToParts(names).map(({ type, value }, part) => {
    if (type === 'element') place++
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence are where they are.
    return <span key={part}>{type === 'element' ? show(value, place) : value}</span>
  })
}

/** "2008-07-16", "2008-07" and "2008", each as far as it goes. */
export function day(released: string, locale: string): string {
  const parts = released.split('-').length
  const moment = new Date(`${released}${'-01'.repeat(3 - parts)}T00:00:00Z`)
  if (Number.isNaN(moment.getTime())) return released
  const words: Intl.DateTimeFormatOptions = { year: 'numeric', timeZone: 'UTC' }
  if (parts > 1) words.month = 'long'
  if (parts > 2) words.day = 'numeric'
  return new Intl.DateTimeFormat(locale, words).format(moment)
}

/** What a language is called in another; its code where nobody knows. */
function nameOf(language: string, locale: string): string {
  try {
    const name = new Intl.DisplayNames(locale, { type: 'language' }).of(language) ?? language
    return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1)
  } catch {
    return language
  }
}
