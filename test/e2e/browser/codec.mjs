// Somebody watches a film that is there in two codecs, with either engine, and chooses one
// rung after the other: every picture is of the smaller codec.
//
//   node codec.mjs HOME EMAIL PASSWORD VIDEO HIGHEST LOWEST
import assert from 'node:assert/strict'
import { nothingWrong, pictureOf, playsPast, run, shoot, visit } from './browser.mjs'
import { signIn } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password, video, ...heights] = process.argv.slice(2)

await run(async (browser) => {
  const { page, wrong } = await visit(browser)
  const asked = []
  page.on('request', (request) => asked.push(...(/\/video\/([^/]+)\/seg-/.exec(request.url())?.slice(1) ?? [])))
  await signIn(page, home, email, password)
  for (const engine of ['', '&engine=shaka']) {
    asked.length = 0
    await page.goto(`${home}watch/${video}?again=true${engine}`)
    await playsPast(page, 0.5)
    for (const height of heights) {
      await page.mouse.move(300, 300)
      await page.mouse.move(310, 320)
      const rung = page.getByRole('button', { name: `${height}p`, exact: true })
      if (!(await rung.isVisible())) await page.getByRole('button', { name: words.en.settings, exact: true }).click()
      await rung.click()
      await pictureOf(page, Number(height))
    }
    await shoot(page, `codec${engine ? '-shaka' : ''}`)
    assert.deepEqual([...new Set(asked)].sort(), heights.map((height) => `${height}-av1`).sort(), `asked for${engine}`)
  }
  nothingWrong(wrong)
})
