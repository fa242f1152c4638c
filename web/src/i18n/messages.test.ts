import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCatalogs } from '@lingui/cli/api'
import { getConfig } from '@lingui/conf'
import { afterEach, expect, test } from 'vitest'
import { startingLocale } from '.'

const root = join(import.meta.dirname, '../..')

/** msgid → msgstr of a catalogue as it lies in the repository. */
function written(locale: string): Map<string, string> {
  const text = readFileSync(join(import.meta.dirname, `locales/${locale}.po`), 'utf8')
  const entries = text.matchAll(/^msgid ((?:"(?:[^"\\]|\\.)*"\n)+)msgstr ((?:"(?:[^"\\]|\\.)*"(?:\n|$))+)/gm)
  const value = (lines = '') =>
    [...lines.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => JSON.parse(`"${part}"`)).join('')
  return new Map([...entries].map(([, id, string]) => [value(id), value(string)] as const).filter(([id]) => id !== ''))
}

test('every sentence in the app is in the catalogues, and none is left over', async () => {
  const [catalogue] = await getCatalogs(getConfig({ cwd: root }))
  const collected = await catalogue?.collect()
  if (!collected) throw new Error('the sources could not be read for messages')
  const sentences = Object.values(collected).map((entry) => entry.message ?? '')
  expect(sentences.length).toBeGreaterThan(100)
  for (const locale of ['en', 'pt-BR']) {
    expect([...written(locale).keys()].sort(), `run npm run extract: ${locale}`).toEqual([...new Set(sentences)].sort())
  }
})

test('every sentence is said in Portuguese, with the same values in it', () => {
  const values = (text: string) => [...new Set(text.match(/\{\w+/g))].sort()
  for (const [english, portuguese] of written('pt-BR')) {
    expect(portuguese, `no Portuguese for: ${english}`).not.toBe('')
    expect(values(portuguese), english).toEqual(values(english))
  }
})

afterEach(() => localStorage.clear())

test('the browser’s first language we speak is the one to start in', () => {
  expect(startingLocale(['pt-PT', 'en'])).toBe('pt-BR')
  expect(startingLocale(['fr-FR', 'en-GB', 'pt-BR'])).toBe('en')
  expect(startingLocale(['ja'])).toBe('en')
})

test('a choice made here before stands above the browser’s', () => {
  localStorage.setItem('kk.locale', '"pt-BR"')
  expect(startingLocale(['en'])).toBe('pt-BR')
  localStorage.setItem('kk.locale', '"xx"')
  expect(startingLocale(['en'])).toBe('en')
})
