// Players that are not ours, given a film with sound in stereo and in 5.1.
//
//   node surround.mjs PAGES HLS_URL DASH_URL
import assert from 'node:assert/strict'
import { film, nothingWrong, playsPast, run, visit } from './browser.mjs'
import { hears, listen } from './hearing.mjs'

const [pages, hls, dash] = process.argv.slice(2)

/** How each tells what it plays, and is told to play 5.1 of the same language. */
const players = [
  {
    name: 'hls.js',
    page: 'hlsjs.html',
    source: hls,
    surround: () => player.setAudioOption({ lang: 'en', channels: '6', groupId: 'surround', default: false, autoselect: true }),
  },
  {
    name: 'shaka-player',
    page: 'shaka.html',
    source: dash,
    surround: () => player.selectAudioTrack(player.getAudioTracks().find((track) => track.channelsCount === 6)),
  },
  {
    name: 'dash.js',
    page: 'dashjs.html',
    source: dash,
    surround: () =>
      player.setCurrentTrack(
        player.getTracksFor('audio').find((track) => track.audioChannelConfiguration.some(({ value }) => value === '6')),
      ),
  },
]

await run(async (browser) => {
  for (const { name, page: file, source, surround } of players) {
    const { page, wrong } = await visit(browser)
    await listen(page)
    await page.goto(`${pages}/${file}?${new URLSearchParams({ source })}`)
    await page.evaluate(() => {
      const video = document.querySelector('video')
      video.muted = false
      const mixer = new AudioContext()
      mixer.createMediaElementSource(video).connect(mixer.destination)
    })
    await playsPast(page, 0.5)
    await hears(page, 'dubbed')
    await page.evaluate(surround)
    await hears(page, 'surround')
    await playsPast(page, (await film(page)).currentTime + 1)
    // A request given up for another sound's is told as an error by hls.js, and is none.
    const problems = await page.evaluate(() => window.problems.filter((what) => !what.startsWith('aborted ')))
    assert.deepEqual(problems, [], `${name} complains`)
    nothingWrong(wrong)
    console.log(`${name}: stereo first, then 5.1`)
    await page.context().close()
  }
})
