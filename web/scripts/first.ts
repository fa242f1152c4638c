// Builds dist/first.tmpl of the built page and the app's own hero: the page that the server fills for who is signed in,
// with the film that leads and the answers the app would ask for first. internal/httpapi/first_page.go says with what.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { createServer } from 'vite'
import type { HeroFrame as Frame } from '../src/features/home/HeroFrame.tsx'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

const vite = await createServer({
  configFile: false,
  root,
  logLevel: 'warn',
  appType: 'custom',
  server: { middlewareMode: true, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
  resolve: { tsconfigPaths: true },
})
const { HeroFrame } = (await vite.ssrLoadModule('/src/features/home/HeroFrame.tsx')) as { HeroFrame: typeof Frame }

const hero = (picture: string | { url: string; widths: number[] }) =>
  renderToStaticMarkup(createElement(HeroFrame, { picture, title: '{{.Title}}', painted: true }))
// One picture, or one in widths and formats.
const still = hero('{{.Src}}')
const art = swap(hero({ url: '/art.{format}', widths: [1] }), {
  '"/art.avif 1w"': '"{{.AVIF}}"',
  '"/art.webp 1w"': '"{{.WebP}}"',
  '"/art.webp"': '"{{.Src}}"',
})
await vite.close()

const plain = readFileSync(join(dist, 'index.html'), 'utf8')
// Its style comes in it: what is painted before any script then waits for nothing else.
const [link = '', style = ''] = /<link rel="stylesheet"[^>]* href="([^"]+)">/.exec(plain) ?? []
// The picture first: of the scripts only the one that asks for the others is named, and it can wait.
const scripts = plain.match(/\s*<script type="module"[^>]*><\/script>/g) ?? []
const page = swap(plain, {
  [scripts.join('')]: scripts.at(-1)?.replace('type="module"', 'type="module" fetchpriority="low"') ?? '',
  [link]: `<style>${readFileSync(join(dist, style), 'utf8')}</style>`,
  '<html lang="en">': '<html lang="{{.Language}}">',
  '<div id="app"></div>':
    `<div id="app">{{with .Hero}}{{if .AVIF}}${art}{{else}}${still}{{end}}{{end}}</div>` +
    '<script type="application/json" id="given">{{.Answers}}</script>',
})
writeFileSync(join(dist, 'first.tmpl'), page)

/** Each of these is there once, and is another now. */
function swap(text: string, changes: Record<string, string>): string {
  for (const [from, to] of Object.entries(changes)) {
    if (text.split(from).length !== 2) throw new Error(`scripts/first.ts does not find ${from} once in:\n${text}`)
    text = text.replace(from, () => to)
  }
  return text
}
