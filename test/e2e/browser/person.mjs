// Somebody opens the link a new server printed, makes an account, uploads a film, and
// watches it as soon as it can be: in Portuguese, then signed in again in English.
//
//   node person.mjs SET_UP_LINK EMAIL PASSWORD FILM
import assert from 'node:assert/strict'
import { film, nothingWrong, pictureOf, playsPast, run, shoot, visit } from './browser.mjs'
import { words } from './words.mjs'

const [link, email, password, file] = process.argv.slice(2)
const home = new URL('/', link).href

await run(async (browser) => {
  const pt = words['pt-BR']
  const { page, wrong } = await visit(browser, { locale: 'pt-BR' })
  await setUp(page, pt)
  const watch = await upload(page, pt)
  await watchAsSoonAsItPlays(page, watch)
  await press(page, pt)
  await changeQuality(page, pt)
  await previewOnTheBar(page, pt)
  await page.goto(home)
  await page.getByRole('heading', { name: 'Big Buck Bunny', level: 1 }).waitFor()
  await shoot(page, 'library-pt-BR')
  nothingWrong(wrong)
  await page.context().close()

  await signInAndWatch(browser, words.en)
})

async function setUp(page, { email: emailLabel, password: passwordLabel, createAccount, uploadAFilm }) {
  await page.goto(link)
  await page.getByLabel(emailLabel).fill(email)
  await page.getByLabel(passwordLabel).fill(password)
  await shoot(page, 'set-up-pt-BR')
  await page.getByRole('button', { name: createAccount }).click()
  await page.getByRole('link', { name: uploadAFilm }).click()
}

/** Chooses the file and returns the address it can be watched at, once it can. */
async function upload(page, { chooseFiles, watchFilm }) {
  const began = Date.now()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: chooseFiles }).click()
  await (await chooser).setFiles(file)
  const link = page.getByRole('link', { name: watchFilm('Big Buck Bunny') })
  await link.waitFor()
  console.log(`playable ${Date.now() - began} ms after the file was chosen`)
  await shoot(page, 'upload-pt-BR')
  return link
}

async function watchAsSoonAsItPlays(page, link) {
  const began = Date.now()
  await link.click()
  await playsPast(page, 0.1)
  console.log(`first picture ${Date.now() - began} ms after the click`)
  await playsPast(page, 3)
  await shoot(page, 'watch-pt-BR')
}

/** The keys: k stops and goes on, l goes 10 s ahead, f fills the screen. */
async function press(page, { position }) {
  await page.getByRole('slider', { name: position }).waitFor({ state: 'attached' })
  await page.keyboard.press('k')
  await page.waitForFunction(() => document.querySelector('video').paused)
  const stopped = (await film(page)).currentTime
  await page.keyboard.press('l')
  await page.waitForFunction((from) => Math.abs(document.querySelector('video').currentTime - from - 10) < 1, stopped)
  await page.keyboard.press('j')
  await page.waitForFunction((from) => Math.abs(document.querySelector('video').currentTime - from) < 1, stopped)
  await page.keyboard.press('k')
  await page.waitForFunction(() => !document.querySelector('video').paused)
  await playsPast(page, stopped + 1)
  await page.keyboard.press('f')
  await page.waitForFunction(() => document.fullscreenElement !== null)
  // A page is told of it in the next frame: until then, f would mean to fill the screen again.
  await page.evaluate(() => new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(told))))
  await page.keyboard.press('f')
  await page.waitForFunction(() => document.fullscreenElement === null)
}

/** Each rung is chosen from the menu, once it is made, and the picture really becomes that high. */
async function changeQuality(page, { settings, beingMade }) {
  await page.keyboard.press('k') // or the film might end before its rungs are made
  await page.keyboard.press('0')
  for (const height of [480, 360]) {
    await page.mouse.move(300, 300 + height / 10) // the controls leave when nobody moves
    const rung = page.getByRole('button', { name: new RegExp(`^${height}p`) })
    if (!(await rung.isVisible())) await page.getByRole('button', { name: settings }).click()
    const made = { state: 'detached' }
    await page.getByRole('button', { name: `${height}p ${beingMade}` }).waitFor(made)
    await rung.click()
    await page.evaluate(() => document.querySelector('video').play())
    await pictureOf(page, height)
    assert.equal(await rung.getAttribute('aria-pressed'), 'true', `${height}p is not shown as chosen`)
    await shoot(page, `quality-${height}`)
  }
  await page.keyboard.press('Escape')
}

/** Under the pointer on the seek bar there is a picture of that moment. */
async function previewOnTheBar(page, { position }) {
  await page.reload() // the pictures are ready by now, and a new visit learns of them
  await playsPast(page, 0.5)
  const bar = page.getByRole('slider', { name: position })
  await page.mouse.move(400, 300)
  const { x, y, width, height } = await bar.locator('xpath=..').boundingBox()
  await page.mouse.move(x + width / 2, y + height / 2)
  const preview = page.locator('img').filter({ visible: true })
  await preview.waitFor()
  await page.waitForFunction(() =>
    [...document.querySelectorAll('img')].some((image) => image.src.includes('/sprite-') && image.naturalWidth > 0),
  )
  await shoot(page, 'preview')
}

async function signInAndWatch(browser, { email: emailLabel, password: passwordLabel, signIn, watch, signOut, account }) {
  const { page, wrong } = await visit(browser, { locale: 'en' })
  await page.goto(home)
  await page.getByLabel(emailLabel).fill(email)
  await page.getByLabel(passwordLabel).fill(password)
  await shoot(page, 'sign-in-en')
  await page.getByRole('button', { name: signIn }).click()
  await page.getByRole('link', { name: watch, exact: true }).click()
  await playsPast(page, 1)
  await shoot(page, 'watch-en')
  await page.goto(home)
  await shoot(page, 'library-en')
  await page.getByRole('button', { name: account }).click()
  await page.getByRole('button', { name: signOut }).click()
  await page.getByLabel(passwordLabel).waitFor()
  nothingWrong(wrong)
  await page.context().close()
}
