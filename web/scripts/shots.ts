// Takes pictures of screens in a real browser, at the widths and in the languages we promise, to be looked at:
//   npm run shots -- http://127.0.0.1:5173 / /upload '/title/{film}' '/watch/{video}'
// {film} and {video} are the first of the house that can be watched. KK_SHOTS_DRAWN=1 waits, ten minutes at most, until each
// film has its poster. KK_SHOTS_EMAIL and KK_SHOTS_PASSWORD sign in first. Prints what broke the Content-Security-Policy, failed or was logged.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'

const [origin = 'http://127.0.0.1:5173', ...paths] = process.argv.slice(2)
const widths = (process.env.KK_SHOTS_WIDTHS ?? '390,1280,1920').split(',').map(Number)
const languages = (process.env.KK_SHOTS_LANGUAGES ?? 'pt-BR,en').split(',')
const folder = process.env.KK_SHOTS_OUT ?? join(import.meta.dirname, '..', '.shots')
mkdirSync(folder, { recursive: true })

const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--autoplay-policy=no-user-gesture-required',
  ],
})
for (const locale of languages) {
  for (const width of widths) {
    const context = await browser.newContext({
      locale,
      viewport: { width, height: width < 600 ? 844 : Math.round((width * 9) / 16) },
      hasTouch: width < 600,
      isMobile: width < 600,
      deviceScaleFactor: width < 600 ? 2 : 1,
    })
    const page = await context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error') console.log(`${locale} ${width}: ${message.text()}`)
    })
    page.on('pageerror', (error) => console.log(`${locale} ${width}: ${error.message}`))
    if (process.env.KK_SHOTS_EMAIL) {
      await page.request.post(`${origin}/api/auth/login`, {
        data: { email: process.env.KK_SHOTS_EMAIL, password: process.env.KK_SHOTS_PASSWORD },
        headers: { Origin: origin },
      })
    }
    if (process.env.KK_SHOTS_DRAWN) await drawn(page)
    const first = await playable(page)
    for (const path of paths.length > 0 ? paths : ['/']) {
      const address = path.replace('{film}', first?.id ?? '').replace('{video}', first?.videoId ?? '')
      await page.goto(origin + address, { waitUntil: 'load' })
      await page.waitForLoadState('networkidle', { timeout: 4000 }).catch(() => {})
      const name = `${path.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'home'}-${locale}-${width}.png`
      await page.screenshot({ path: join(folder, name) })
      console.log(join(folder, name))
    }
    await context.close()
  }
}
await browser.close()

/** The first film of the house that can be watched, for whoever is signed in. */
async function playable(page: Page): Promise<{ id: string; videoId: string } | undefined> {
  const answer = await page.request.get(`${origin}/api/home`)
  if (!answer.ok()) return
  const { rows } = (await answer.json()) as { rows: { items: { id: string; videoId?: string; playable: boolean }[] }[] }
  const found = rows.flatMap((row) => row.items).find((film) => film.playable && film.videoId)
  return found && { id: found.id, videoId: found.videoId ?? '' }
}

async function drawn(page: Page): Promise<void> {
  for (const end = Date.now() + 10 * 60_000; Date.now() < end; await page.waitForTimeout(1000)) {
    const answer = await page.request.get(`${origin}/api/movies?list=new&limit=100`)
    if (!answer.ok()) return
    const { items } = (await answer.json()) as { items: { poster?: object }[] }
    if (items.length > 0 && items.every(({ poster }) => poster)) return
  }
}
