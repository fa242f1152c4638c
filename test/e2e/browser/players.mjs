// Players that are not ours, on a page of another site, play a film of ours.
//
//   node players.mjs PAGES HLS_URL DASH_URL SECONDS HEIGHTS
import assert from 'node:assert/strict'
import { film, nothingWrong, playsPast, run, shoot, visit } from './browser.mjs'

const [pages, hls, dash, seconds, heights] = process.argv.slice(2)
const half = Number(seconds) / 2

const players = [
  { name: 'hls.js', page: 'hlsjs.html', source: hls },
  { name: 'shaka-player', page: 'shaka.html', source: dash },
  { name: 'dash.js', page: 'dashjs.html', source: dash },
]

await run(async (browser) => {
  for (const { name, page: file, source } of players) {
    const { page, wrong } = await visit(browser)
    const began = Date.now()
    await page.goto(`${pages}/${file}?${new URLSearchParams({ source })}`)
    await playsPast(page, 0.2)
    const firstPicture = Date.now() - began
    await playsPast(page, 3)
    await page.evaluate((to) => {
      document.querySelector('video').currentTime = to
    }, half)
    await playsPast(page, half + 2)
    const now = await film(page)
    assert.equal(now.error, undefined, `${name}: ${now.error}`)
    assert.ok(heights.split(',').includes(String(now.videoHeight)), `${name} shows ${now.videoHeight} lines`)
    assert.ok(Math.abs(now.duration - Number(seconds)) < 0.2, `${name} says the film lasts ${now.duration} s`)
    await page.waitForFunction(() =>
      [...document.querySelector('video').textTracks].some((track) =>
        [...(track.cues ?? [])].some(({ text }) => text.includes('A bunny')),
      ),
    )
    const problems = await page.evaluate(() => window.problems)
    assert.deepEqual(problems, [], `${name} complains`)
    await shoot(page, `player-${name}`)
    nothingWrong(wrong)
    console.log(`${name}: first picture after ${firstPicture} ms, played on after a seek, ${now.videoHeight} lines`)
    await page.context().close()
  }
})
