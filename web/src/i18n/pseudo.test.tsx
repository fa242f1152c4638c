// The whole app in a language of brackets: every sentence it has is ⟦in them⟧, and so whatever is read without is written
// into a screen in one language. What the server said, numbers with their units and names of languages are nobody's sentences.
import { i18n, type Messages } from '@lingui/core'
import { act, cleanup, waitFor } from '@testing-library/react'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { aVideo } from '../../test/backend'
import { aMovie, aPart, crime } from '../../test/catalogue'
import { aBackend, visit } from '../../test/visit'
import { locales } from '.'

type Sentence = string | unknown[]
const files = import.meta.glob<{ default: { messages: Record<string, Sentence> } }>('./locales/*.en.js', {
  eager: true,
})

const here = aBackend()
const told = new Set<string>()

/** Whatever is on the page is said in brackets from now on, until a screen is loaded that brings its own sentences. */
function speakInBrackets() {
  const bracketed = Object.values(files).flatMap(({ default: { messages } }) =>
    Object.entries(messages).map(([id, sentence]) => [id, ['⟦', sentence, '⟧'].flat()]),
  )
  expect(bracketed.length).toBeGreaterThan(400)
  i18n.load('en', Object.fromEntries(bracketed))
  i18n.activate('en')
}

let before: Messages
beforeAll(() => {
  before = { ...i18n.messages } // what is loaded is put into the same
  here.server.events.on('response:mocked', async ({ response }) => {
    if (response.headers.get('Content-Type')?.includes('json')) hear(await response.clone().json())
  })
})
beforeEach(() => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
  const playing = aVideo({ id: 'a', title: 'Sertão Azul' })
  here.backend.state.videos = [playing, aVideo({ id: 'b', title: 'Praia', status: 'processing', playable: false })]
  here.backend.catalogue.state.films = [
    aMovie({
      id: 'sertao',
      title: 'Sertão Azul',
      genres: [crime],
      video: aPart(playing),
      cast: [{ name: 'Inês Caldeira', character: 'Marta' }],
    }),
    aMovie({ id: 'farol', title: 'O Farol de Vidro' }),
  ]
})
afterAll(() => {
  here.server.events.removeAllListeners()
  i18n.loadAndActivate({ locale: 'en', messages: before })
})

/** Notes every text of an answer. */
function hear(value: unknown) {
  if (typeof value === 'string') told.add(value)
  else if (value && typeof value === 'object') for (const part of Object.values(value)) hear(part)
}

const attributes = ['aria-label', 'title', 'placeholder', 'alt']
const quiet = /^[\s\d.,:·×%+\-–—/()]*$|\d|^(KKMovies|CSV|JSON|\.nfo|\p{Lu}{1,2})$/u // initials stand for a face

/** Whether a text may stand without brackets. */
function isData(text: string): boolean {
  if (quiet.test(text) || locales.some(({ name }) => name === text)) return true
  return text.split(/[·,\n]/).every((part) => part.trim() === '' || quiet.test(part.trim()) || isTold(part.trim()))
}

const isTold = (text: string) => [...told].some((one) => one === text || (one.length > 3 && one.includes(text)))

/** What can be read on the page, or is read aloud, and is in no sentence of the app. */
function bare(): string[] {
  const found: string[] = []
  let inside = 0
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (node instanceof Element) {
      for (const name of attributes) {
        const text = node.getAttribute(name)?.trim()
        if (text && !text.includes('⟦') && !isData(text)) found.push(`${name}: ${text}`)
      }
      continue
    }
    const text = node.textContent?.trim() ?? ''
    if (text && inside === 0 && !text.includes('⟦') && !isData(text)) found.push(text)
    inside += (text.match(/⟦/g)?.length ?? 0) - (text.match(/⟧/g)?.length ?? 0)
  }
  return found
}

const screens = [
  '/',
  '/browse',
  '/search',
  '/search?q=a',
  '/list',
  '/title/sertao',
  '/title/nothing',
  '/history',
  '/account',
  '/profiles',
  '/people',
  '/insight',
  '/import',
  '/upload',
  '/nowhere',
]

/** A busy machine loads a screen slowly the first time. */
const patience = { timeout: 40_000 }

test.each(screens)('%s says nothing in one language alone', { timeout: 90_000 }, async (path) => {
  visit(path)
  await waitFor(() => expect(document.body.textContent).not.toBe(''), patience)
  await waitFor(() => expect(document.querySelector('[aria-busy=true]')).toBeNull(), patience)
  await waitFor(() => {
    act(speakInBrackets) // once more where something came late
    expect(document.body.textContent).toContain('⟦')
    expect(bare()).toEqual([])
  })
  cleanup()
})

test('a sentence that is written into a screen is noticed', () => {
  const line = document.body.appendChild(document.createElement('p'))
  line.textContent = 'Watch now'
  expect(bare()).toEqual(['Watch now'])
  line.remove()
})
