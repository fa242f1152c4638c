// Builds dist/first.tmpl of the built page and the app's own hero: the page that the server fills for who is signed in,
// with the film that leads and the answers the app would ask for first. internal/httpapi/first_page.go says with what.
import { createHash } from 'node:crypto'
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
const scripts = plain.match(/\s*<script type="module"[^>]*><\/script>/g) ?? []
// The picture first: the app comes once it is painted, or late. Asked for at once, it would take most of a slow network.
const start = `
const picture = document.querySelector('#app picture img')
let begun = false
function begin() {
  if (begun) return
  begun = true
  for (const script of ${JSON.stringify(scripts.map((tag) => /src="([^"]+)"/.exec(tag)?.[1]))}) import(script)
}
setTimeout(begin, 1000)
if (document.hidden || !picture) begin()
else if (PerformanceObserver.supportedEntryTypes.includes('largest-contentful-paint'))
  new PerformanceObserver((list) => {
    if (list.getEntries().some(({ element }) => element === picture)) begin()
  }).observe({ type: 'largest-contentful-paint', buffered: true })
else picture.decode().then(() => requestAnimationFrame(() => setTimeout(begin)), begin)
`
const startFile = `assets/first-${createHash('sha256').update(start).digest('base64url').slice(0, 8)}.js`
writeFileSync(join(dist, startFile), start)
const page = swap(plain, {
  [scripts.join('')]: `<script type="module" src="/${startFile}"></script>`,
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
