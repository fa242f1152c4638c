// Somebody seeks to where nothing is made yet; the server is killed while it makes it, and
// started again. Nobody presses anything.
//
//   node killed.mjs HOME EMAIL PASSWORD PART
import assert from 'node:assert/strict'
import { run, shoot, visit } from './browser.mjs'
import { firstFrame, seekTo, watchFrames, watchOn } from './frames.mjs'
import { signIn } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password, part] = process.argv.slice(2)
const { watch, position } = words.en

await run(async (browser) => {
  const { page, wrong } = await visit(browser)
  await watchFrames(page)
  await signIn(page, home, email, password)
  await page.getByRole('link', { name: watch, exact: true }).click()
  await firstFrame(page)
  console.log('seeking')
  const { to, ms } = await seekTo(page, position, Number(part))
  const { played } = await watchOn(page, 1000)
  assert.ok(played > 0.3, `it stands still at ${to} s`)
  console.log(`plays on at ${to} s, ${Math.round(ms)} ms after the seek`)
  await shoot(page, 'killed')
  // That the server could not be reached is told in the log, by the browser itself.
  assert.deepEqual(wrong.filter((what) => !what.startsWith('logged:')), [])
})
