// The app's import law: ui, lib, i18n <- api <- player <- features <- app. Features are islands, and only src/api
// speaks to the server. The service worker stands apart: it is no page, and shares the names of what it keeps. So does dev,
// which shows the parts to who works on them: nobody imports it, but for the one address that development has.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const src = resolve(import.meta.dirname, '../src')
const base = ['ui', 'lib', 'i18n']
const mayImport: Record<string, string[]> = {
  lib: ['lib'],
  ui: base,
  i18n: base,
  api: [...base, 'api'],
  player: [...base, 'api', 'player'],
  features: [...base, 'api', 'player'],
  app: [...base, 'api', 'player', 'features', 'app'],
  worker: ['lib', 'worker'],
  dev: [...base, 'dev'],
}
const wayToDev = 'app/development.ts'

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.|\.d\.ts$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(src, name), 'utf8') }))

/** Where a file stands: "features/upload" for an island, else its first folder. */
function room(path: string): string {
  const [first = '', second = ''] = path.split('/')
  return first === 'features' ? `features/${second}` : first
}

function importsOf(name: string, text: string): string[] {
  return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].flatMap(([, target = '']) => {
    if (target.startsWith('@/')) return [target.slice(2)]
    if (target.startsWith('.')) return [relative(src, resolve(src, dirname(name), target))]
    return []
  })
}

test('there is something to check', () => {
  expect(sources.length).toBeGreaterThan(40)
  expect(sources.flatMap(({ name, text }) => importsOf(name, text)).length).toBeGreaterThan(100)
})

describe('import law', () => {
  for (const { name, text } of sources) {
    const from = room(name)
    test(name, () => {
      for (const target of importsOf(name, text)) {
        const to = room(target)
        if (name === wayToDev && to === 'dev' && text.includes(`import('@/${target}')`)) continue
        const allowed = to === from || mayImport[from.split('/')[0] ?? '']?.includes(to.split('/')[0] ?? '')
        const reason = to.startsWith('features/')
          ? 'a feature is an island: what two of them need belongs to ui, lib or api'
          : 'imports go one way only: ui, lib, i18n <- api <- player <- features <- app'
        expect(allowed, `${name} imports ${target}: ${reason}`).toBe(true)
      }
      if (from !== 'api') {
        expect(
          text,
          `${name} speaks to the server: only src/api may, so that every answer is judged in one place`,
        ).not.toMatch(/\bfetch\(|new XMLHttpRequest|new WebSocket|new EventSource|sendBeacon\(/)
      }
    })
  }
})
