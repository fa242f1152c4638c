// Draws the icons of an installed app from public/favicon.svg, in a real browser, into public/icons:
//   npm run icons
// They are kept in the repository; this is run again when the sign changes. What a phone cuts to its own shape, or lays
// on its own ground, is drawn to the edges: its sign stays in the middle four fifths.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const icons = [
  { name: '192', size: 192 },
  { name: '512', size: 512 },
  { name: 'maskable-512', size: 512, full: true },
  { name: 'apple-180', size: 180, full: true },
]

const home = join(import.meta.dirname, '..', 'public')
const folder = join(home, 'icons')
const svg = readFileSync(join(home, 'favicon.svg'), 'utf8')
const ground = /fill="(#\w+)"/.exec(svg)?.[1]
mkdirSync(folder, { recursive: true })

const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
})
const page = await browser.newPage()
for (const { name, size, full = false } of icons) {
  const side = full ? size * 0.86 : size
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(`<style>
    html, body { height: 100%; margin: 0; background: ${full ? ground : 'transparent'} }
    body { display: grid; place-items: center }
    svg { display: block; width: ${side}px; height: ${side}px }
  </style>${svg}`)
  await page.screenshot({ path: join(folder, `${name}.png`), omitBackground: !full })
}
await browser.close()
