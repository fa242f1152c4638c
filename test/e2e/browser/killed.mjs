// Somebody seeks to where nothing is made yet; the server is killed while it makes it, and
// started again. Nobody presses anything. What is heard there is asked for with what is seen.
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
  const traffic = []
  const tell = (how) => (request) => {
    const [, what, number] = /\/(video|audio)\/[^/]+\/seg-(\d+)/.exec(request.url()) ?? []
    if (Number(number) > 60) traffic.push(`${what} ${how}`) // of where the seek leads
  }
  await watchOn(page, 1000) // until sound that is ahead of its picture waits for it
  for (const how of ['request', 'requestfinished', 'requestfailed']) page.on(how, tell(how))
  console.log('seeking')
  const { to, ms } = await seekTo(page, position, Number(part))
  const then = traffic.find((what) => what === 'audio request' || (what.startsWith('video') && what !== 'video request'))
  assert.equal(then, 'audio request', `its sound is asked for only when its picture is there: ${traffic}`)
  const { played } = await watchOn(page, 1000)
  assert.ok(played > 0.3, `it stands still at ${to} s`)
  console.log(`plays on at ${to} s, ${Math.round(ms)} ms after the seek`)
  await shoot(page, 'killed')
  // That the server could not be reached is told in the log, by the browser itself.
  assert.deepEqual(wrong.filter((what) => !what.startsWith('logged:')), [])
})
