// Somebody watches a long film that is still being made: presses play, seeks about, then
// sits and watches. Prints what was seen as one line of JSON.
//
//   node long.mjs HOME EMAIL PASSWORD SEEKS SECONDS
import { firstFrame, seekTo, watchFrames, watchOn } from './frames.mjs'
import { film, nothingWrong, run, shoot, visit } from './browser.mjs'
import { signIn } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password, seeks, seconds] = process.argv.slice(2)
const { watch, position, settings } = words.en

await run(async (browser) => {
  const { page, wrong } = await visit(browser)
  await watchFrames(page)
  await signIn(page, home, email, password)
  await page.getByRole('link', { name: watch, exact: true }).click()
  const figures = { first: await firstFrame(page), seeks: [], before: await film(page) }
  for (let i = 0; i < Number(seeks); i++) {
    await watchOn(page, 1000)
    figures.seeks.push(await seekTo(page, position, 0.05 + 0.9 * Math.random()))
  }
  await watchOn(page, 2000) // to buffer what a viewer has who sits down
  figures.watched = await watchOn(page, 1000 * Number(seconds))
  await shoot(page, 'long')
  await page.mouse.move(400, 300)
  await page.getByRole('button', { name: settings }).click()
  figures.menu = (await page.getByRole('button', { name: /^\d+p/ }).allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))
  await shoot(page, 'long-menu')
  nothingWrong(wrong)
  console.log(JSON.stringify(figures))
})
