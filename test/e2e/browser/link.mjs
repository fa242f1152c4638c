// Somebody watches over a link of 8 Mbit/s that becomes one of 1, and is itself again: the quality follows, and the film
// does not stand still for want of data.
//
//   node link.mjs HOME EMAIL PASSWORD VIDEO LINK
//
// LINK/8 lets the link carry 8 Mbit/s from then on.
import assert from 'node:assert/strict'
import { film, nothingWrong, patience, playsPast, run, shoot, visit } from './browser.mjs'
import { seen, watchFrames } from './frames.mjs'
import { signIn } from './visitor.mjs'

const [home, email, password, video, link] = process.argv.slice(2)
const carries = (megabits) => fetch(`${link}/${megabits}`)

/** The tallest picture there is, and what 1 Mbit/s carries. */
const tall = 720
const small = 480
const upWithin = 20_000

await run(async (browser) => {
  const { page, wrong } = await visit(browser)
  await watchFrames(page)
  await signIn(page, home, email, password)
  await page.goto(new URL(`/watch/${video}`, home).href)
  await shows(page, (height) => height === tall)
  await playsPast(page, 12)
  await tell(page, 'at 8 Mbit/s')

  await carries(1)
  const fell = await now(page)
  await shows(page, (height) => height <= small)
  const down = (await now(page)) - fell
  await tell(page, `at 1 Mbit/s, after ${down} ms`)
  await playsPast(page, (await film(page)).currentTime + 8)
  await shoot(page, 'link-low')

  await carries(8)
  const rose = await now(page)
  await tell(page, 'before 8 Mbit/s')
  await shows(page, (height) => height === tall)
  const up = (await now(page)) - rose
  await tell(page, `at 8 Mbit/s again, after ${up} ms`)
  await playsPast(page, (await film(page)).currentTime + 5)

  const { heights, waits } = await seen(page)
  console.log('lines shown', heights.map(({ at, height }) => `${height} from ${at.toFixed(1)} s`).join(', '))
  const stalls = waits.filter(({ at, starved }) => starved && at > 0.5)
  assert.deepEqual(stalls, [], 'it stood still for want of data')
  assert.ok(up <= upWithin, `the picture was itself again ${up} ms after the link was`)
  nothingWrong(wrong)
})

function now(page) {
  return page.evaluate(() => Math.round(performance.now()))
}

/** Waits until the picture that is shown is of such a height. */
async function shows(page, holds) {
  for (const end = Date.now() + patience; ; await page.waitForTimeout(50)) {
    const { heights } = await seen(page)
    if (heights.length > 0 && holds(heights.at(-1).height)) return
    if (Date.now() > end) throw new Error(`shown were ${JSON.stringify(heights)}`)
  }
}

async function tell(page, when) {
  const { ahead, at } = await page.evaluate(() => {
    const { buffered, currentTime } = document.querySelector('video')
    return { at: currentTime, ahead: (buffered.length ? buffered.end(buffered.length - 1) : currentTime) - currentTime }
  })
  console.log(`${when}: at ${at.toFixed(1)} s of the film, ${ahead.toFixed(1)} s ahead of it are there`)
}
