import type { Age, Movie, MovieChange, MovieGenre, MovieText } from '@/api/types'
import { locales } from '@/i18n'

/** What a film's form shows, by the names of its fields. */
export type Fields = Record<string, string>

export function fieldsOf(film: Movie, genreName: (genre: MovieGenre) => string): Fields {
  const fields: Fields = {
    released: film.released ?? '',
    genres: film.genres.map(genreName).join(', '),
    age: film.maturityRating === null ? '' : String(film.maturityRating),
  }
  for (const { id } of locales) {
    fields[`title.${id}`] = film.texts[id]?.title ?? ''
    fields[`overview.${id}`] = film.texts[id]?.overview ?? ''
  }
  return fields
}

/** What was changed in the form, and of which version. What was left as it was is not said. */
export function changeOf(film: Movie, before: Fields, form: FormData): MovieChange {
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const differs = (name: string) => said(name) !== (before[name] ?? '').trim()
  const change: MovieChange = { version: film.version }
  if (differs('released')) change.released = said('released')
  if (differs('genres')) {
    change.genres = said('genres')
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '')
  }
  if (differs('age')) change.maturityRating = said('age') === '' ? null : (Number(said('age')) as Age)
  if (locales.some(({ id }) => differs(`title.${id}`) || differs(`overview.${id}`))) change.texts = textsOf(film, said)
  return change
}

/** All that is told, in every language: those of the form as it says, the others as they were. */
function textsOf(film: Movie, said: (name: string) => string): Record<string, MovieText> {
  const texts = { ...film.texts }
  for (const { id } of locales) {
    const title = said(`title.${id}`)
    const overview = said(`overview.${id}`)
    if (title === '' && overview === '') delete texts[id]
    else texts[id] = { ...texts[id], title, overview }
  }
  return texts
}
