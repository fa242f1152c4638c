// Somebody hears a film: its tracks, its 5.1, and all of it as loud as any other.
//
//   node sounds.mjs HOME EMAIL PASSWORD VIDEO
import assert from 'node:assert/strict'
import { film, nothingWrong, open, playsPast, run, shoot, visit } from './browser.mjs'
import { hears, listen, turned } from './hearing.mjs'
import { signIn } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password, video] = process.argv.slice(2)
const watch = new URL(`/watch/${video}`, home).href
const { settings } = words.en

await run(async (browser) => {
  const { page, wrong } = await visit(browser)
  await listen(page)
  await signIn(page, home, email, password)
  const gains = await measured(page)
  assert.ok(gains['audio/0-pt'] > 5, `the quiet track is to be turned up by ${gains['audio/0-pt']} dB`)
  await page.goto(watch)
  await playsPast(page, 0.5)
  await hears(page, 'dubbed')
  await turned(page, gains['audio/0-pt'])
  await keepsTime(page)

  const sound = (name) => page.getByRole('button', { name, exact: true })
  await openSettings(page)
  assert.equal(await sound('Português dubbed').getAttribute('aria-pressed'), 'true', 'the default is not shown as chosen')
  await sound('English (2) commentary').waitFor()
  await shoot(page, 'sound-menu')
  await page.setViewportSize({ width: 390, height: 844 })
  await shoot(page, 'sound-menu-390')
  await page.setViewportSize({ width: 1280, height: 720 })

  await sound('English 5.1 original').click()
  await hears(page, 'surround')
  await turned(page, gains['audio/1-en-51'])
  assert.equal(await sound('English 5.1 original').getAttribute('aria-pressed'), 'true', '5.1 is not shown as chosen')
  await keepsTime(page)
  await sound('English original').click()
  await hears(page, 'stereo')
  await turned(page, gains['audio/1-en'])

  await sound('Even out volume').click()
  await turned(page, 0)
  await page.reload()
  await playsPast(page, 1)
  assert.equal(await page.evaluate(() => window.heard('film')), undefined, 'the film goes through the mixer for nothing')
  await openSettings(page)
  await sound('Even out volume').click()
  await turned(page, gains['audio/0-pt'])
  nothingWrong(wrong)
  await page.context().close()
})

// A browser that forbids a page to make sound before a person has touched it.
const strict = await open({ strict: true })
try {
  const { page, wrong } = await visit(strict)
  await listen(page)
  await signIn(page, home, email, password)
  const gains = await measured(page)
  await page.goto(watch)
  await page.locator('video').waitFor()
  await page.waitForFunction(() => document.querySelector('video').readyState >= 3)
  if ((await film(page)).paused) await page.keyboard.press('k')
  await playsPast(page, 0.5)
  await page.keyboard.press('Shift') // any touch will do
  await turned(page, gains['audio/0-pt'])
  await keepsTime(page)
  nothingWrong(wrong)
  console.log('heard where sound must be asked for')
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await strict.close()
}

/** The gains of a film that has been measured, by sound. */
async function measured(page) {
  const found = await page.evaluate(async (id) => {
    const { audio } = await (await fetch(`/api/videos/${id}/stream`)).json()
    return Object.fromEntries(audio.map(({ id, gainDb }) => [id, gainDb]))
  }, video)
  console.log('gains', found)
  return found
}

/** Begins the film anew, or it might end, and opens what can be chosen. */
async function openSettings(page) {
  await page.keyboard.press('0')
  await page.mouse.move(300, 300)
  await page.mouse.move(320, 320)
  await page.getByRole('button', { name: settings }).click()
}

/** What goes through the mixer plays on at the speed of the clock. */
async function keepsTime(page) {
  const { drift, jump } = await page.evaluate(async () => {
    const video = document.querySelector('video')
    if (video.duration - video.currentTime < 6) video.currentTime = 1
    while (video.seeking || video.readyState < 3) await new Promise((done) => setTimeout(done, 50))
    const began = { film: video.currentTime, clock: performance.now() }
    await new Promise((done) => setTimeout(done, 3000))
    const lasted = (performance.now() - began.clock) / 1000
    return { drift: video.currentTime - began.film - lasted, jump: video.currentTime < began.film }
  })
  console.log(`in 3 s the film is ${(1000 * drift).toFixed(0)} ms ahead of the clock`)
  assert.ok(!jump && Math.abs(drift) < 0.5, `the film is ${drift} s ahead of the clock`)
}
