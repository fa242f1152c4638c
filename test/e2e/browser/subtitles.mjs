// Somebody reads a film: chooses its subtitles, has them come later and look otherwise, sees
// the signs with subtitles off, and goes from chapter to chapter; with either engine, in
// either language.
//
//   node subtitles.mjs HOME EMAIL PASSWORD VIDEO SECONDS
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { nothingWrong, playsPast, run, shoot, visit } from './browser.mjs'
import { signIn } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password, video] = process.argv.slice(2)
const axe = readFileSync(new URL(import.meta.resolve('axe-core')), 'utf8')

await run(async (browser) => {
  const { page, wrong } = await visit(browser, { locale: 'en' })
  await signIn(page, home, email, password)
  await page.goto(`${home}watch/${video}`)
  await playsPast(page, 0.1)
  await signsWithSubtitlesOff(page)
  await chooses(page, words.en)
  await comesLater(page, words.en)
  await looksOtherwise(page, words.en)
  await goesToAChapter(page, words.en)
  await isRemembered(page)
  nothingWrong(wrong)
  await withShaka(page)
  nothingWrong(wrong)
  await addsAndRemoves(page, words.en)
  assert.match(wrong.splice(0).join(), /^logged: [^,]* 422 [^,]*$/, 'the file that was refused, and nothing else')
  await page.context().close()
  await inPortuguese(browser, words['pt-BR'])
})

/** The words over the picture. */
function shown(page) {
  return page.locator('[data-subtitles] p')
}

/** Stops the film at a moment. */
async function at(page, seconds) {
  await page.evaluate((to) => {
    const film = document.querySelector('video')
    film.pause()
    film.currentTime = to
  }, seconds)
  await page.waitForFunction((to) => {
    const film = document.querySelector('video')
    return !film.seeking && Math.abs(film.currentTime - to) < 0.05 && film.readyState > 1
  }, seconds).catch(async (cause) => {
    const film = await page.evaluate(() => {
      const { currentTime, paused, seeking, readyState, networkState, buffered } = document.querySelector('video')
      const there = [...Array(buffered.length).keys()].map((n) => [buffered.start(n), buffered.end(n)])
      return { currentTime, paused, seeking, readyState, networkState, there }
    })
    throw new Error(`the film does not come to ${seconds} s: ${JSON.stringify(film)}`, { cause })
  })
}

async function reads(page, text) {
  await page.waitForFunction(
    (want) => [...document.querySelectorAll('[data-subtitles] p')].map((p) => p.textContent).join('|') === want,
    text,
  )
}

/** The sound is Portuguese: so is what is forced, and nobody has chosen. */
async function signsWithSubtitlesOff(page) {
  await at(page, 6.5)
  await reads(page, 'SAÍDA')
  await at(page, 2)
  await reads(page, '')
}

async function panel(page, { settings }, name) {
  await page.mouse.move(300, 300)
  await page.mouse.move(310, 320)
  const one = page.getByRole('button', { name, exact: true })
  if (!(await one.isVisible())) await page.getByRole('button', { name: settings, exact: true }).click()
  return one
}

async function chooses(page, names) {
  const one = await panel(page, names, 'Português')
  await shoot(page, 'subtitles-panel-off')
  await one.click()
  assert.equal(await one.getAttribute('aria-pressed'), 'true')
  await reads(page, 'Olá, mundo')
  assert.equal(await shown(page).locator('i').textContent(), 'mundo', 'what is in italics')
  await page.keyboard.press('Escape')
  await shoot(page, 'subtitles-italics')
  await at(page, 6)
  await reads(page, 'No alto\nem amarelo')
  const yellow = shown(page).locator('span.yellow')
  assert.equal(await yellow.evaluate((span) => getComputedStyle(span).color), 'rgb(255, 255, 0)')
  const { y } = await shown(page).boundingBox()
  assert.ok(y < 200, `what belongs at the top is ${y} px down`)
  await shoot(page, 'subtitles-top-yellow')
}

/** Words that come half a second and a tenth later are not there yet at 1.5 s, and still at 4.5 s. */
async function comesLater(page, names) {
  const { delay } = names
  await at(page, 1.5)
  await reads(page, 'Olá, mundo')
  await (await panel(page, names, `${delay} +0.5 s`)).click()
  await page.getByRole('button', { name: `${delay} +0.1 s`, exact: true }).click()
  await page.getByText('+0.6 s', { exact: true }).waitFor()
  await shoot(page, 'subtitles-panel')
  await axeFindsNothing(page)
  await reads(page, '')
  await at(page, 4.5)
  await reads(page, 'Olá, mundo')
  await at(page, 1.3)
  await page.keyboard.press('Escape')
  await page.evaluate(() => document.querySelector('video').play())
  await reads(page, 'Olá, mundo')
  const now = await page.evaluate(() => document.querySelector('video').currentTime)
  assert.ok(now > 1.59 && now < 4.6, `shown at ${now} s`)
  await at(page, 2)
  await (await panel(page, names, `${delay} -0.5 s`)).click()
  await page.getByRole('button', { name: `${delay} -0.1 s`, exact: true }).click()
  await page.getByText('0.0 s', { exact: true }).waitFor()
}

async function looksOtherwise(page, names) {
  const letter = () => shown(page).evaluate((p) => Number.parseFloat(getComputedStyle(p).fontSize))
  const before = await letter()
  const group = (name) => page.getByRole('group', { name, exact: true })
  await panel(page, names, 'Português')
  await group(names.size).getByRole('button', { name: '150%', exact: true }).click()
  await group(names.color).getByRole('button', { name: names.cyan, exact: true }).click()
  await group(names.background).getByRole('button', { name: '100%', exact: true }).click()
  assert.ok(Math.abs((await letter()) / before - 1.5) < 0.02)
  await shoot(page, 'subtitles-style-panel')
  await page.keyboard.press('Escape')
  await shoot(page, 'subtitles-style')
  const look = await shown(page).evaluate((p) => [getComputedStyle(p).color, getComputedStyle(p.firstElementChild).backgroundColor])
  assert.deepEqual(look, ['rgb(0, 255, 255)', 'rgb(0, 0, 0)'])
}

async function goesToAChapter(page, names) {
  assert.equal(await page.locator('[data-chapter]').count(), 1, 'gaps on the bar')
  const end = await panel(page, names, 'O fim 0:05')
  await end.click()
  await page.waitForFunction(() => Math.abs(document.querySelector('video').currentTime - 5) < 0.2)
  assert.equal(await end.getAttribute('aria-pressed'), 'true')
  await page.keyboard.press('Escape')
  const bar = page.getByRole('slider', { name: names.position })
  const { x, y, width, height } = await bar.locator('xpath=..').boundingBox()
  await page.mouse.move(x + width / 3, y + height / 2)
  await page.getByText('O fim', { exact: true }).filter({ visible: true }).waitFor()
  await shoot(page, 'chapter-on-the-bar')
}

/** The look and the choice are there after a reload; the delay was this film's. */
async function isRemembered(page) {
  await page.reload()
  await playsPast(page, 0.1)
  await at(page, 2)
  await reads(page, 'Olá, mundo')
  assert.equal(await shown(page).evaluate((p) => getComputedStyle(p).color), 'rgb(0, 255, 255)')
}

async function withShaka(page) {
  await page.goto(`${home}watch/${video}?engine=shaka`)
  await playsPast(page, 0.1)
  await at(page, 2)
  await reads(page, 'Olá, mundo')
  await shoot(page, 'subtitles-shaka')
}

/** Whoever runs the library adds a file, is told what is wrong with another, and takes one away. */
async function addsAndRemoves(page, { subtitlesOf, file, language, add, remove, close }) {
  await page.goto(`${home}upload`)
  await page.getByRole('button', { name: subtitlesOf('spoken') }).click()
  const dialog = page.getByRole('dialog', { name: subtitlesOf('spoken') })
  await dialog.getByText('English with sounds').waitFor()
  const send = async (name, text) => {
    await dialog.getByLabel(file).setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text, 'latin1') })
    await dialog.getByRole('button', { name: add, exact: true }).click()
  }
  await send('film.srt', '1\n00:00:01,000 --> 00:00:00,000\nA\n')
  await dialog.getByText('Line 2 should hold two times').waitFor()
  await axeFindsNothing(page)
  await shoot(page, 'subtitles-dialog-refused')
  await send('film.fr.srt', '1\n00:00:01,000 --> 00:00:04,000\nDéjà vu\n')
  await dialog.getByText('Français').waitFor()
  assert.equal(await dialog.getByLabel(language).inputValue(), 'fr', 'the language its name says')
  await shoot(page, 'subtitles-dialog')
  await dialog.getByRole('button', { name: remove('English with sounds') }).click()
  await dialog.getByText('English with sounds').waitFor({ state: 'detached' })
  await dialog.getByRole('button', { name: close }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.goto(`${home}watch/${video}`)
  await playsPast(page, 0.1)
  await at(page, 2)
  await (await panel(page, words.en, 'Français')).click()
  await reads(page, 'Déjà vu')
}

/** On a phone, in Portuguese, the panel fits and says the same. */
async function inPortuguese(browser, names) {
  const { page, wrong } = await visit(browser, { locale: 'pt-BR', width: 390, height: 844 })
  await signIn(page, home, email, password, names)
  await page.goto(`${home}watch/${video}`)
  await playsPast(page, 0.1)
  await at(page, 2)
  await (await panel(page, names, 'Français')).click()
  await reads(page, 'Déjà vu')
  await shoot(page, 'subtitles-panel-390-pt-BR')
  await axeFindsNothing(page)
  await page.keyboard.press('Escape')
  await shoot(page, 'subtitles-390-pt-BR')
  nothingWrong(wrong)
  await page.context().close()
}

async function axeFindsNothing(page) {
  await page.evaluate(axe)
  const found = await page.evaluate(async () => (await window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })).violations)
  assert.deepEqual(found.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]), [], 'what axe found')
}
