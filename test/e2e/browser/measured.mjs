// Somebody watches the end of a film: the next one is offered, they stay for the credits, and then let it begin by itself.
// What their browser measured meanwhile is sent when they leave.
//
//   node measured.mjs HOME EMAIL PASSWORD VIDEO NEXT_VIDEO NEXT_TITLE
import assert from 'node:assert/strict'
import { film, nothingWrong, patience, playsPast, run, shoot, visit } from './browser.mjs'
import { signIn } from './visitor.mjs'

const [home, email, password, videoId, nextId, nextTitle] = process.argv.slice(2)
const names = {
  en: { offer: 'Next film', credits: 'Watch the credits' },
  'pt-BR': { offer: 'Próximo filme', credits: 'Ver créditos' },
}

/** To a moment so many seconds before the end, and on from there. */
const nearEnd = (page, seconds) =>
  page.evaluate(async (before) => {
    const video = document.querySelector('video')
    video.currentTime = video.duration - before
    await video.play()
  }, seconds)

await run(async (browser) => {
  const { page, wrong } = await visit(browser)
  await signIn(page, home, email, password)
  await page.goto(`${home}watch/${videoId}?again`)
  await playsPast(page, 1)
  const offer = page.getByRole('region', { name: names.en.offer })
  assert.equal(await offer.count(), 0, 'the next film is offered in the middle of this one')
  const playing = await page.evaluate(() => ({
    title: navigator.mediaSession.metadata?.title,
    state: navigator.mediaSession.playbackState,
  }))
  assert.deepEqual(playing, { title: await page.getByRole('heading', { level: 1 }).textContent(), state: 'playing' })

  await nearEnd(page, 2)
  await offer.getByText(nextTitle).waitFor()
  await shoot(page, 'next-title')
  await page.getByRole('button', { name: names.en.credits }).click()
  assert.equal(await offer.count(), 0, 'who watches the credits is shown something else')
  await page.waitForFunction(() => document.querySelector('video').ended)
  assert.ok(page.url().includes(videoId), 'who watches the credits is taken away')

  await page.evaluate(() => {
    const video = document.querySelector('video')
    video.currentTime = 1
    return video.play()
  })
  await playsPast(page, 1.2)
  await nearEnd(page, 1)
  const ended = Date.now()
  await page.waitForURL(`**/watch/${nextId}**`, { timeout: patience })
  console.log(`the next film is opened ${((Date.now() - ended) / 1000).toFixed(1)} s after the last second began`)
  await playsPast(page, 0.5)
  assert.equal((await film(page)).error, undefined)
  const cookies = await page.context().cookies()
  await page.goto('about:blank') // its viewer leaves
  nothingWrong(wrong)

  const other = await visit(browser, { locale: 'pt-BR', width: 390, height: 844 })
  await other.page.context().addCookies(cookies)
  await other.page.goto(`${home}watch/${videoId}?again`)
  await playsPast(other.page, 1)
  await nearEnd(other.page, 2)
  await other.page.getByRole('region', { name: names['pt-BR'].offer }).waitFor()
  await shoot(other.page, 'next-title-pt-390')
  await other.page.getByRole('button', { name: names['pt-BR'].credits }).click()
  nothingWrong(other.wrong)
})
