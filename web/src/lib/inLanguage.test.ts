import { expect, test } from 'vitest'
import { nameIn, textIn, titleIn } from './inLanguage'

test('a title is told in the language asked for, else in the one there is', () => {
  const film = { title: 'City of God', titles: { 'pt-BR': 'Cidade de Deus', en: '' } }
  expect(titleIn(film, 'pt-BR')).toBe('Cidade de Deus')
  expect(titleIn(film, 'en')).toBe('City of God')
})

test('what is missing in a language is told in another, and which one is said', () => {
  const texts = { 'pt-BR': { title: 'Cidade de Deus' }, en: { title: 'City of God', overview: 'Two boys.' } }
  expect(textIn({ texts }, 'pt-BR')).toEqual({
    title: 'Cidade de Deus',
    overview: 'Two boys.',
    tagline: '',
    language: 'en',
  })
  expect(textIn({ texts: { ja: { title: '七人の侍' } } }, 'en').title).toBe('七人の侍')
  expect(textIn({ texts: {} }, 'en')).toEqual({ title: '', overview: '', tagline: '', language: undefined })
})

test('a genre nobody has translated keeps its name', () => {
  expect(nameIn({ name: 'Giallo', names: {} }, 'pt-BR')).toBe('Giallo')
})
