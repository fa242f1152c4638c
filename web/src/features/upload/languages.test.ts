import { expect, test } from 'vitest'
import { languageIn, languages } from './languages'

test('a file’s name says its language', () => {
  expect(
    ['film.pt-BR.srt', 'film.pt_br.srt', 'film.en.forced.vtt', 'a.b.de.sdh.ass', 'film.srt', 'en.srt', ''].map(
      languageIn,
    ),
  ).toEqual(['pt-BR', 'pt-BR', 'en', 'de', undefined, undefined, undefined])
})

test('languages go by their names in the app’s own, each once', () => {
  const list = languages('pt-BR', 'eo')
  expect(list.find(({ tag }) => tag === 'en')?.name).toBe('inglês')
  expect(list.find(({ tag }) => tag === 'eo')?.name).toBe('esperanto')
  expect(new Set(list.map(({ tag }) => tag)).size).toBe(list.length)
})
