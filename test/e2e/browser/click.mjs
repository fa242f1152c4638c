// Somebody opens the page of a film and clicks on Watch, again and again: each time the page is opened anew, by a browser
// that was here before. Prints the milliseconds from the click to the first picture that is presented, as a line of JSON.
//
//   node click.mjs HOME EMAIL PASSWORD TITLE TIMES
import { nothingWrong, run, visit } from './browser.mjs'
import { firstFrame, watchFrames } from './frames.mjs'
import { signIn } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password, title, times] = process.argv.slice(2)

await run(async (browser) => {
  const { page, wrong } = await visit(browser, { worker: true })
  await watchFrames(page)
  await signIn(page, home, email, password)
  await page.getByRole('main').getByRole('link', { name: title }).first().click()
  await page.getByRole('heading', { name: title, level: 1 }).waitFor()
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  const film = page.url()
  const took = []
  for (let time = -1; time < Number(times); time++) { // the first of all makes it warm
    await page.goto(film, { waitUntil: 'networkidle' })
    await page.getByRole('main').getByRole('link', { name: words.en.plays }).first().click()
    const ms = await firstFrame(page)
    if (time >= 0) took.push(Math.round(ms))
  }
  nothingWrong(wrong)
  console.log(JSON.stringify(took))
})
