// Somebody opens a film as soon as it can be played, which is long before its rungs are
// made, and watches while they appear, and the words with them.
//
//   node early.mjs HOME EMAIL PASSWORD ORIGINAL_HEIGHT LOWEST_HEIGHT
import assert from 'node:assert/strict'
import { film, nothingWrong, run, shoot, visit } from './browser.mjs'
import { firstFrame, seen, watchFrames } from './frames.mjs'
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
  await unmade.waitFor({ state: 'detached', timeout: 0 }) // as long as the run may take: it is made when there is a core for it
  const after = await seen(page)
  const wall = (after.now - before.now) / 1000
  console.log(`${lowest}p appeared after ${wall.toFixed(1)} s, of which ${(after.mediaTime - before.mediaTime).toFixed(1)} s were played`)
  // A busy machine shows a film more slowly than it is; what matters is that there is something to show, but for a tenth of the
  // time, on a machine that has no core for who cuts it out of the file either.
  const stood = after.waits.slice(before.waits.length).filter(({ starved }) => starved)
  if (after.waiting && after.starved) stood.push({ at: after.mediaTime, ms: after.now - after.waiting })
  assert.ok(stood.reduce((sum, { ms }) => sum + ms, 0) < Math.max(3000, 100 * wall), `the film stood still for want of more: ${JSON.stringify(stood)}`)
  assert.ok(after.mediaTime > before.mediaTime, 'the film stood still meanwhile')

  const { duration, currentTime } = await film(page)
  if (duration - currentTime < 10) {
    await page.evaluate(() => {
      const video = document.querySelector('video')
      video.currentTime = 1
      return video.play()
    })
  }
  await page.getByRole('button', { name: `${lowest}p`, exact: true }).click()
  await page.waitForFunction((want) => window.seen.heights.at(-1)?.height === want, Number(lowest))
  const { mediaTime } = await seen(page)
  await page.waitForFunction((from) => window.seen.mediaTime > from + 1, mediaTime) // and goes on
  nothingWrong(wrong)
})
