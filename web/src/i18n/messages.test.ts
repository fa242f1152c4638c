import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { getCatalogs } from '@lingui/cli/api'
import { getConfig } from '@lingui/conf'
import { afterEach, expect, test } from 'vitest'
import { startingLocale } from '.'

const root = join(import.meta.dirname, '../..')

/** msgid → msgstr of a catalogue as it lies in the repository. */
function written(name: string): Map<string, string> {
  const text = readFileSync(join(import.meta.dirname, `locales/${name}.po`), 'utf8')
  const entries = text.matchAll(/^msgid ((?:"(?:[^"\\]|\\.)*"\n)+)msgstr ((?:"(?:[^"\\]|\\.)*"(?:\n|$))+)/gm)
  const value = (lines = '') =>
    [...lines.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => JSON.parse(`"${part}"`)).join('')
  return new Map([...entries].map(([, id, string]) => [value(id), value(string)] as const).filter(([id]) => id !== ''))
}

const catalogues = await getCatalogs(getConfig({ cwd: root }))
const rooms = catalogues.map(({ path }) => basename(path).replace('.{locale}', ''))

test('every sentence in the app is in its room’s catalogues, and none is left over', async () => {
  let all = 0
  for (const [index, room] of rooms.entries()) {
    const collected = await catalogues[index]?.collect()
    if (!collected) throw new Error(`the sources of ${room} could not be read for messages`)
    const sentences = Object.values(collected).map((entry) => entry.message ?? '')
    all += sentences.length
    for (const locale of ['en', 'pt-BR']) {
      const inFile = [...written(`${room}.${locale}`).keys()].sort()
      expect(inFile, `run npm run extract: ${room} in ${locale}`).toEqual([...new Set(sentences)].sort())
    }
  }
  expect(all).toBeGreaterThan(100)
})

test('no screen is outside the rooms: its sentences would never be loaded', () => {
  const included = getConfig({ cwd: root }).catalogs?.flatMap(({ include }) => include) ?? []
  const speaks = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !/\.test\./.test(name) && isSaid(readFileSync(join(root, 'src', name), 'utf8')),
  )
  expect(speaks.length).toBeGreaterThan(20)
  const outside = speaks.filter((name) => !included.some((folder) => join(root, 'src', name).startsWith(`${folder}/`)))
  expect(outside).toEqual([])
})

const isSaid = (text: string) => text.includes('@lingui/core/macro') || text.includes('@lingui/react/macro')

test('every sentence is said in Portuguese, with the same values in it', () => {
  const values = (text: string) => [...new Set(text.match(/\{\w+(?=[},])/g))].sort()
  for (const room of rooms) {
    for (const [english, portuguese] of written(`${room}.pt-BR`)) {
      expect(portuguese, `no Portuguese for: ${english}`).not.toBe('')
      expect(values(portuguese), english).toEqual(values(english))
    }
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
