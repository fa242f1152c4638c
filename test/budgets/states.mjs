// Every screen in every state it can be in, on a phone and on a desk: held to WCAG 2.2 AA by axe, to stand still while it comes,
// and to the page's own policy.
//
//   node states.mjs HOME EMPTY_HOME FRONT CONTROL EMAIL PASSWORD VIEWER_EMAIL VIEWER_PASSWORD FILM VIDEO
//
// FRONT leads to HOME until CONTROL cuts it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { patience, playsPast, run, shoot, visit } from '../e2e/browser/browser.mjs'
import { doors, screens } from './screens.mjs'
import { signedIn } from './enter.mjs'
import { hold, judge, mustMiss } from './verdict.mjs'

const [home, emptyHome, front, control, email, password, viewerEmail, viewerPassword, filmId, video] = process.argv.slice(2)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
// BUDGETS_SCREENS=/upload looks at that one alone, for who has to mend it.
const only = process.env.BUDGETS_SCREENS
const all = screens({ film: filmId, video }).filter(({ path }) => !only || path.split('?')[0] === only)
const widths = [[390, 844], [1280, 720]]
const none = { atMost: 0 }

const seen = { states: 0, violations: 0, jumps: 0, refused: 0 }

await run(async (browser) => {
  everyAddressIsHere()
  // Two at a time: as many as there are cores on a small machine.
  await Promise.all(widths.map((size) => everyState(browser, size)))
  for (const size of widths) await offline(browser, size)

  hold(`axe violations (WCAG 2.2 AA) in ${seen.states} states of screens`, seen.violations, none)
  hold('screens that jump while they come (CLS above 0.000)', seen.jumps, none)
  hold("violations of the page's policy", seen.refused, none)
  await isBroken(browser)
  judge()
})

async function everyState(browser, size) {
  const [width] = size
  // One language for each screen, in turns: the other width has the other one.
  const speaks = (place) => ((place + (width < 600 ? 0 : 1)) % 2 === 0 ? 'en' : 'pt-BR')
  const nobody = await Promise.all(['en', 'pt-BR'].map(async (locale) => [locale, await enter(browser, size, locale)]))
  const stranger = Object.fromEntries(nobody)
  for (const [place, screen] of doors.entries()) await atTheDoor(stranger[speaks(place)], screen)
  for (const { page } of Object.values(stranger)) await page.context().close()

  const admin = await inBoth(browser, size, email, password)
  for (const [place, screen] of all.entries()) {
    const visitor = admin[screen.open ? 'en' : speaks(place)] // what is opened is found by its English name
    await comes(visitor, screen)
    if (!screen.plays) await fails(admin[speaks(place)], screen)
  }
  if (all.some((one) => one.plays)) await plays(admin.en)
  await close(admin)

  const other = await inBoth(browser, size, viewerEmail, viewerPassword)
  for (const [place, screen] of all.entries())
    if (screen.forEditors || screen.path === '/') await stands(other[speaks(place)], screen, 'to a viewer')
  await close(other)

  const early = await inBoth(browser, size, email, password, emptyHome)
  for (const [place, screen] of all.entries()) await stands(early[speaks(place)], screen, 'in an empty house')
  await close(early)
}

/** While it is held back what a screen asks for, and once that has come: nothing has moved in between. */
async function comes(visitor, screen) {
  const { page } = visitor
  const release = await holdBack(page)
  await page.goto(at(visitor, screen), { waitUntil: 'domcontentloaded' }) // the page's own first picture is held back, too
  await page.locator('#app > *').first().waitFor()
  await beheld(page)
  await check(visitor, screen, 'on its way')
  await release()
  await settled(visitor)
  await check(visitor, screen, 'there')
  await stood(visitor, screen)
  for (const [what, open] of Object.entries(screen.open ?? {})) {
    await open(page)
    await settled(visitor)
    await check(visitor, screen, `with “${what}” open`)
    await page.keyboard.press('Escape')
  }
}

/** With a server that only says that it cannot. */
async function fails(visitor, screen) {
  const { page } = visitor
  const refuse = (route) =>
    isWho(route) ? route.continue() : route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"status":500,"code":"internal","title":"","detail":""}' })
  await page.route('**/api/**', refuse)
  await page.goto(at(visitor, screen))
  await settled(visitor)
  await check(visitor, screen, 'when the server fails')
  await page.unroute('**/api/**', refuse)
}

async function stands(visitor, screen, how) {
  const { page } = visitor
  await page.goto(at(visitor, screen))
  await settled(visitor)
  await check(visitor, screen, how)
  await stood(visitor, screen, how)
}

async function atTheDoor(visitor, screen) {
  const { page } = visitor
  await stands(visitor, screen, 'there')
  if (!screen.wrong || visitor.locale !== 'en') return
  await screen.wrong(page)
  await check(visitor, screen, 'when it refuses')
}

/** The player: with its controls and each of its panels, stopped, and where its film does not come. */
async function plays(visitor) {
  const { page } = visitor
  const screen = all.find((one) => one.plays)
  await page.goto(at(visitor, screen))
  await playsPast(page, 0.2)
  await page.keyboard.press('k')
  await page.mouse.move(200, 200)
  await check(visitor, screen, 'with its controls')
  await page.mouse.move(210, 210)
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await page.getByRole('button', { name: /^360p/ }).waitFor()
  await check(visitor, screen, 'with its settings')
  await page.keyboard.press('Escape')

  const segments = /\/media\/.*\.(m4s|mp4|ts)/
  await page.route(segments, (route) => route.abort())
  await page.goto(at(visitor, screen))
  await page.getByText('Reconnecting…').waitFor()
  await check(visitor, screen, 'when the way to its film is lost')
  await page.unroute(segments)
  await page.goto(`${visitor.home}watch/00000000-0000-7000-8000-000000000000`)
  await settled(visitor)
  await check(visitor, screen, 'of no film')
}

/** What is kept, and what of the rest is said, once there is no way to the server. */
async function offline(browser, size) {
  const visitor = await enter(browser, size, 'pt-BR', front, { worker: true })
  const { page } = visitor
  await page.context().addCookies(await signedIn(front, email, password))
  await page.goto(front)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  for (const path of ['/', '/list', `/title/${filmId}`]) {
    await page.goto(new URL(path, front).href)
    await settled(visitor)
  }
  visitor.cut = async () => {
    await fetch(`${control}cut`)
    await page.context().setOffline(true)
  }
  await visitor.cut()
  for (const screen of all) await stands(visitor, screen, 'offline')
  await fetch(`${control}mend`)
  await page.context().close()
}

/** What each checker must not let pass. */
async function isBroken(browser) {
  const visitor = await enter(browser, widths[1], 'en')
  const { page, wrong } = visitor
  await page.context().addCookies(await signedIn(home, email, password))
  await page.goto(home)
  await settled(visitor)
  await page.evaluate(() => document.querySelector('main').append(document.createElement('button')))
  mustMiss('a button without a name, violations', (await violations(page)).length, none)
  await page.evaluate(() => {
    const box = document.createElement('div')
    box.style.height = '200px'
    document.querySelector('main').prepend(box)
  })
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  mustMiss('a box that comes late, CLS', await jumped(page), none)
  const before = wrong.length
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.ran = true'
    document.body.append(script)
  })
  await page.waitForFunction(() => document.readyState === 'complete')
  await page.evaluate(() => new Promise((done) => setTimeout(done, 50)))
  mustMiss('an inline script, violations of the policy', wrong.slice(before).filter(isOfPolicy).length, none)
  await page.context().close()
}

// ── what is looked at ──

/** Says at once what is wrong, and counts it. */
function note(kind, what) {
  seen[kind]++
  console.log(what)
}

async function check(visitor, screen, how) {
  const { page, width, locale, wrong } = visitor
  const where = `${screen.path} ${how}, ${width} px, ${locale}`
  seen.states++
  for (const { id, nodes } of await violations(page))
    note('violations', `${where}: ${id}: ${nodes.map((node) => `${node.html.slice(0, 160)} ${node.why}`).slice(0, 3).join(' | ')}`)
  for (const what of wrong.splice(0).filter(isOfPolicy)) note('refused', `${where}: ${what}`)
  await shoot(page, `${screen.path} ${how} ${width}`.replace(/[^a-z0-9]+/gi, '-'))
}

async function violations(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  return page.evaluate(async () => {
    const found = await window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      resultTypes: ['violations'],
    })
    return found.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, any, all, none }) => ({ html, why: [...any, ...all, ...none].map((one) => one.message).join('; ').slice(0, 200) })),
    }))
  })
}

async function stood(visitor, screen, how = '') {
  const moved = await jumped(visitor.page)
  if (moved >= 0.0005) note('jumps', `${screen.path} ${how} jumps, ${visitor.width} px: ${moved.toFixed(4)} ${await visitor.page.evaluate(() => window.moved.what.join(', '))}`)
}

function jumped(page) {
  return page.evaluate(() => window.moved.sum)
}

function isOfPolicy(what) {
  return what.startsWith("refused by the page's policy")
}

// ── how it is brought about ──

async function enter(browser, [width, height], locale, where = home, { worker = false } = {}) {
  const { page, wrong } = await visit(browser, { locale, width, height, worker })
  await page.emulateMedia({ reducedMotion: 'reduce' }) // what fades in has no contrast yet
  await page.addInitScript(() => {
    window.moved = { sum: 0, what: [] }
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (entry.hadRecentInput) continue
        window.moved.sum += entry.value
        window.moved.what.push(...entry.sources.map(({ node }) => String(node?.outerHTML ?? node?.textContent).slice(0, 80)))
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
  const asked = new Set()
  page.on('request', (request) => asked.add(request))
  // An answer of which only the status matters may never be read to its end.
  page.on('response', (response) => asked.delete(response.request()))
  page.on('requestfailed', (request) => asked.delete(request))
  page.on('framenavigated', () => asked.clear())
  return { page, wrong, asked, width, locale, home: where }
}

async function inBoth(browser, size, name, secret, where = home) {
  const both = {}
  for (const locale of ['en', 'pt-BR']) {
    both[locale] = await enter(browser, size, locale, where)
    await both[locale].page.context().addCookies(await signedIn(where, name, secret))
  }
  return both
}

function close(both) {
  return Promise.all(Object.values(both).map(({ page }) => page.context().close()))
}

function at(visitor, screen) {
  return new URL(screen.path, visitor.home).href
}

/** Who is signed in is known in every state: without it there is but the door. */
function isWho(route) {
  return /\/api\/(me|setup|auth\/refresh)$/.test(new URL(route.request().url()).pathname)
}

/** Keeps what is asked for waiting, until it is released. */
async function holdBack(page) {
  let let_go
  const released = new Promise((done) => { let_go = done })
  const wait = async (route) => {
    if (!isWho(route)) await released
    await route.continue().catch(() => {}) // who asked may be gone
  }
  await page.route('**/api/**', wait)
  return async () => {
    let_go()
    await page.unroute('**/api/**', wait)
  }
}

/** Two frames: what was asked for is drawn. */
function beheld(page) {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
}

/** All that was asked for has come, is drawn, and asks for nothing more. */
async function settled({ page, asked }) {
  const end = Date.now() + patience
  for (let calm = 0; calm < 3; calm++) {
    const busy = await beheld(page)
      .then(() => page.evaluate(() => document.querySelector('[aria-busy=true]') !== null || document.fonts.status !== 'loaded'))
      .catch(() => true) // it was on its way to another page
    if (!busy && asked.size === 0) continue
    calm = -1
    if (Date.now() > end) throw new Error(`${page.url()} never comes to rest: ${busy ? 'it is busy' : [...asked].map((request) => request.url())}`)
  }
}

/** A screen that was added to the app and not to the list is found: every address of the app's own map has one. */
function everyAddressIsHere() {
  const map = readFileSync(new URL('../../web/src/app/router.tsx', import.meta.url), 'utf8')
  const listed = new Set([...doors, ...screens({ film: '', video: '' })].map(({ path, route }) => route ?? path.split('?')[0]))
  const missing = [...map.matchAll(/^ {2}path: '([^']+)'/gm)].map(([, path]) => path).filter((path) => !listed.has(path))
  if (missing.length > 0) throw new Error(`screens.mjs has no ${missing.join(', ')}`)
}
