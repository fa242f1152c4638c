// A real browser for the end-to-end tests, driven as a person would, and everything that
// goes wrong in it noted: what the page's policy refused, what failed, what was logged.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const executablePath = process.env.CHROME_PATH ?? '/usr/bin/chromium'
const shots = process.env.SHOTS

/** How long anything may take on a busy machine; what is broken fails sooner. */
export const patience = Number(process.env.PATIENCE ?? 180_000)

/** The browser's program and how it is started, for who starts it themselves. */
export const chrome = {
  executablePath,
  args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--mute-audio'],
}

/** A browser; a strict one lets no page make sound before a person has touched it. */
export async function open({ strict = false } = {}) {
  if (!existsSync(executablePath)) throw new Error(`there is no browser at ${executablePath}: run make setup-test`)
  const autoplay = strict ? 'document-user-activation-required' : 'no-user-gesture-required'
  return chromium.launch({ executablePath, args: [...chrome.args, `--autoplay-policy=${autoplay}`] })
}

/** A browser that somebody else started, to be driven as well, and left by closing what is returned. */
export const share = (port) => chromium.connectOverCDP(`http://127.0.0.1:${port}`)

/**
 * A page of a person who speaks this language, with a list of what went wrong on it. What it asks for it asks the server
 * for, unless the app's service worker may answer. A phone is touched and has no mouse.
 */
export async function visit(browser, { locale = 'en', width = 1280, height = 720, worker = false, phone = false } = {}) {
  const serviceWorkers = worker ? 'allow' : 'block'
  const viewport = { width, height }
  const context = await browser.newContext({ locale, viewport, serviceWorkers, hasTouch: phone, isMobile: phone })
  const page = await context.newPage()
  page.setDefaultTimeout(patience)
  const wrong = []
  await page.exposeFunction('noteViolation', (what) => wrong.push(`refused by the page's policy: ${what}`))
  await page.addInitScript(() => {
    // Without it files are chosen as in Firefox and Safari, in a dialog a test can answer.
    delete window.showOpenFilePicker
    addEventListener('securitypolicyviolation', (event) =>
      window.noteViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`),
    )
  })
  page.on('pageerror', (error) => wrong.push(`thrown: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() !== 'error') return
    // Whoever is not signed in asks who they are, and to stay so, and is told: that is no fault.
    if (/\/api\/(me|auth\/refresh)$/.test(message.location().url) && message.text().includes('401')) return
    wrong.push(`logged: ${message.text()} (${message.location().url})`)
  })
  return { page, wrong }
}

/** Keeps a picture of the page for people to look at. */
export async function shoot(page, name) {
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`) })
}

/** Ends the run well only if nothing went wrong on the page. */
export function nothingWrong(wrong) {
  if (wrong.length > 0) throw new Error(`on the page:\n  ${wrong.join('\n  ')}`)
}

/** The state of the page's film. */
export const film = (page) =>
  page.evaluate(() => {
    const video = document.querySelector('video')
    if (!video) return null
    const { currentTime, videoHeight, paused, duration, ended, error } = video
    return { currentTime, videoHeight, paused, duration, ended, error: error?.message }
  })

/** Waits until the page's film is past a moment, being played. */
export async function playsPast(page, seconds) {
  await page.waitForFunction((past) => (document.querySelector('video')?.currentTime ?? 0) > past, seconds)
}

/** Waits until the picture really has this height. */
export async function pictureOf(page, height) {
  await page.waitForFunction((want) => document.querySelector('video')?.videoHeight === want, height)
}

/** Runs a script in as many browsers as it has parameters, closes them, and says in one place why it failed. */
export async function run(script) {
  const browsers = await Promise.all(Array.from({ length: script.length }, () => open()))
  try {
    await script(...browsers)
  } catch (error) {
    for (const context of browsers.flatMap((browser) => browser.contexts()))
      for (const page of context.pages()) {
        console.error(`at ${page.url()}`, await film(page).catch(() => ''))
        await shoot(page, `failed-${Date.now()}`).catch(() => {})
      }
    console.error(error)
    process.exitCode = 1
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()))
  }
}
