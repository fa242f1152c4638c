// Somebody who is signed in opens the first page. The film that leads it comes with the page: it is painted where no script
// runs at all, and where the app begins it stands as it came, neither loaded nor shown again, and nothing moves. Where
// their mouse rests on a film's card, it opens.
//
//   node first.mjs HOME EMAIL PASSWORD
import assert from 'node:assert/strict'
import { nothingWrong, patience, run, shoot, visit } from './browser.mjs'
import { signIn } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password] = process.argv.slice(2)
const isBackdrop = (url) => url.includes('/images/backdrop-')

await run(async (browser) => {
  const { page, wrong } = await visit(browser)
  await signIn(page, home, email, password)
  const title = await fillTheScreen(page)
  await isTakenOver(page, title)
  await opensWhereAMouseRests(page, title)
  nothingWrong(wrong)
  const state = await page.context().storageState()
  for (const [locale, width, height] of [['en', 1280, 720], ['pt-BR', 390, 844], ['pt-BR', 1920, 1080]])
    await isPaintedWithoutScripts(browser, state, title[locale], { locale, width, height })
})

/** Gives the film a picture to fill the screen, and a name in each language. */
async function fillTheScreen(page) {
  return page.evaluate(async () => {
    const film = (await (await fetch('/api/home')).json()).rows[0].items[0]
    const canvas = new OffscreenCanvas(1920, 1080)
    const drawing = canvas.getContext('2d')
    for (let x = 0; x < 1920; x += 60) {
      drawing.fillStyle = `hsl(${x / 6} 60% ${30 + (x % 7) * 5}%)`
      drawing.fillRect(x, 0, 60, 1080)
    }
    const body = await canvas.convertToBlob({ type: 'image/png' })
    const send = async (path, method, body, type) => {
      const answer = await fetch(path, { method, body, headers: { 'Content-Type': type } })
      if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
      return answer.json()
    }
    const { version } = await send(`/api/movies/${film.id}/backdrop`, 'PUT', body, 'image/png')
    const titles = { en: 'When the sea "recedes" </script>', 'pt-BR': 'Quando o mar recua & volta' }
    const texts = Object.fromEntries(Object.entries(titles).map(([language, title]) => [language, { title }]))
    await send(`/api/movies/${film.id}`, 'PATCH', JSON.stringify({ version, texts }), 'application/json')
    return titles
  })
}

async function isTakenOver(page, title) {
  await page.addInitScript(() => {
    window.shifts = []
    new PerformanceObserver((list) => window.shifts.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true })
    // What the page brought, before any script of its own.
    new MutationObserver(() => {
      window.sent ??= document.querySelector('#app > section picture')
    }).observe(document, { childList: true, subtree: true })
  })
  const asked = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(home)
  const hero = page.getByRole('main').locator('section').first()
  await hero.getByRole('heading', { level: 1, name: title.en, exact: true }).waitFor()
  await hero.getByRole('link', { name: words.en.watch, exact: true }).waitFor()
  await page.waitForFunction(() => document.querySelector('main section img').naturalWidth > 0)
  // The rows stand, and what is loaded after the first picture is there.
  await page.getByRole('region').first().waitFor()
  await page.waitForLoadState('networkidle')
  const found = await page.evaluate(() => ({
    same: window.sent !== undefined && document.querySelector('main section picture') === window.sent,
    pictures: document.querySelectorAll('main section picture').length,
    shift: window.shifts.reduce((sum, one) => sum + one.value, 0),
  }))
  assert.ok(found.same, 'the picture that came with the page was put away, and another shown')
  assert.equal(found.shift, 0, 'something moved')
  assert.equal(asked.filter(isBackdrop).length, 1, `the picture is loaded as ${asked.filter(isBackdrop)}`)
  const times = (path) => asked.filter((one) => one === new URL(path, home).href).length
  assert.equal(times('/api/me'), 0, 'who is here is asked, though the answer came with the page')
  // Of the rows the first came with it: the others are asked for, once, and stand under them.
  const { rows } = await page.evaluate(async () => (await fetch('/api/home')).json())
  assert.ok(rows.length > 2, 'there are no more rows than come with the page')
  assert.equal(times('/api/home'), 2, 'the rows that did not come with the page are not asked for once') // once by this test
  await page.waitForFunction((n) => document.querySelectorAll('main [role=region], main section[aria-labelledby]').length >= n, rows.length)
  await shoot(page, 'first-page')
  console.log(`taken over as it came; ${asked.length} requests`)
}

/** The card of a film opens, shows moments of it, and closes; and nobody has begun the film by that. */
async function opensWhereAMouseRests(page, title) {
  // In a profile that has never watched anything.
  const profile = await page.evaluate(async () => {
    const post = async (path, body = {}) => {
      const headers = { 'Content-Type': 'application/json' }
      return (await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
    }
    const { avatar, language } = (await (await fetch('/api/me')).json()).profile
    const { id } = await post('/api/me/profiles', { name: 'Caio', avatar, language, maturityLimit: null })
    await post(`/api/me/profiles/${id}/select`)
    return id
  })
  await page.goto(home)
  await page.getByRole('region').first().waitFor()
  await page.waitForLoadState('networkidle')
  const card = page.getByRole('region').getByRole('listitem').filter({ hasText: title.en }).first()
  const opened = page.locator('section[popover]')
  await card.getByRole('link').first().scrollIntoViewIfNeeded()
  await card.getByRole('link').first().hover()
  await opened.getByRole('link', { name: words.en.watch, exact: true }).waitFor()
  await opened.locator('[data-moment].opacity-100').first().waitFor()
  await shoot(page, 'preview-card')
  assert.equal(await page.evaluate(() => document.activeElement === document.body), true, 'what opened took the focus')
  await page.keyboard.press('Escape')
  await opened.waitFor({ state: 'detached' })
  const { opinions } = await page.evaluate(async () => (await fetch('/api/me/export')).json())
  const begun = opinions.filter(({ profileId, startedAt }) => profileId === profile && startedAt)
  assert.deepEqual(begun, [], 'a film counts as begun by being looked at')
}

async function isPaintedWithoutScripts(browser, storageState, title, { locale, width, height }) {
  const context = await browser.newContext({ locale, viewport: { width, height }, storageState, javaScriptEnabled: false })
  const page = await context.newPage()
  page.setDefaultTimeout(patience)
  const picture = page.waitForResponse((answer) => isBackdrop(answer.url()))
  await page.goto(home)
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
  const answer = await picture
  assert.equal(answer.status(), 200)
  assert.equal(answer.headers()['content-type'], 'image/avif')
  await answer.finished()
  const image = page.locator('#app > section img')
  await image.waitFor()
  const box = await image.boundingBox()
  assert.equal(box.width, width, 'the picture does not go to the edges')
  assert.equal(await image.evaluate((one) => getComputedStyle(one).opacity), '1', 'the picture waits for a script')
  await shoot(page, `first-page-without-scripts-${locale}-${width}`)
  await context.close()
}
