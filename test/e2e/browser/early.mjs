// Somebody opens a film as soon as it can be played, which is long before its rungs are
// made, and watches while they appear, and the words with them.
//
//   node early.mjs HOME EMAIL PASSWORD ORIGINAL_HEIGHT LOWEST_HEIGHT
import assert from 'node:assert/strict'
import { film, nothingWrong, pictureOf, run, shoot, visit } from './browser.mjs'
import { firstFrame, seen, watchFrames, watchOn } from './frames.mjs'
import { signIn } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password, original, lowest] = process.argv.slice(2)
const { watch, settings, beingMade } = words.en

await run(async (browser) => {
  const { page, wrong } = await visit(browser)
  await watchFrames(page)
  await signIn(page, home, email, password)
  await page.getByRole('link', { name: watch, exact: true }).click()
  console.log(`first picture ${Math.round(await firstFrame(page))} ms after the click`)
  assert.equal((await seen(page)).heights[0].height, Number(original), 'the film does not begin as it is')

  await page.mouse.move(400, 300)
  await page.getByRole('button', { name: settings }).click()
  const unmade = page.getByRole('button', { name: `${lowest}p ${beingMade}` })
  await unmade.waitFor()
  await page.getByRole('button', { name: 'English', exact: true }).click() // words that came since it was opened
  await page.locator('[data-subtitles] p', { hasText: 'Early' }).waitFor()
  await shoot(page, 'being-made')
  const before = await seen(page)
  await unmade.waitFor({ state: 'detached' })
  const after = await seen(page)
  const wall = (after.now - before.now) / 1000
  const { duration, ended } = await film(page)
  const left = duration - before.mediaTime // a busy machine may take longer than the film
  console.log(`${lowest}p appeared after ${wall.toFixed(1)} s, of which ${(after.mediaTime - before.mediaTime).toFixed(1)} s were played`)
  assert.ok(after.mediaTime - before.mediaTime > Math.min(wall, left) - 3, 'the film stood still meanwhile')

  if (ended) await page.evaluate(() => document.querySelector('video').play())
  await page.getByRole('button', { name: `${lowest}p`, exact: true }).click()
  await pictureOf(page, Number(lowest))
  const { played } = await watchOn(page, 2000)
  assert.ok(played > 1, 'the film stood still when another rung was chosen')
  nothingWrong(wrong)
})
