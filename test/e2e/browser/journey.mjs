// A viewer's evening: comes in, says who is watching, finds a film in spite of a slip, watches it as they like to, leaves,
// goes on where they left, puts it on their list, and is without a network for a while. It is made by mouse, by keys alone
// or by finger, in either language.
//
//   node journey.mjs HOME EMAIL PASSWORD VIDEO CONTROL NAME HANDS LANGUAGE WIDTH
//
// NAME is the profile's; CONTROL cuts and mends the way to HOME.
import assert from 'node:assert/strict'
import { film, pictureOf, playsPast, run, shoot, visit } from './browser.mjs'
import * as ways from './hands.mjs'
import { networkBy, standing, until } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password, video, control, name, way, language, width] = process.argv.slice(2)
const title = 'Quando o mar recua'
const typed = 'qunado mar'
const say = words[language]
const network = networkBy(control)

await run(async (browser) => {
  const phone = way === 'finger'
  const { page, wrong } = await visit(browser, { locale: language, width: Number(width), height: phone || width < 640 ? 844 : 800, worker: true, phone })
  const viewer = { page, hands: ways[way](page), sees: picturesOf(page) }
  await comesIn(viewer)
  await looksForIt(viewer)
  await plays(viewer)
  await choosesHow(viewer)
  await goesToAMoment(viewer)
  const left = await leaves(viewer)
  await goesOn(viewer, left)
  await putsItOnTheList(viewer)
  await isWithoutANetwork(viewer)
  // That there was no network is told in the log, by the browser itself.
  assert.deepEqual(wrong.filter((what) => !what.startsWith('logged:')), [])
})

async function comesIn({ page, hands, sees }) {
  await page.goto(home)
  await hands.write(page.getByLabel(say.email), email)
  await hands.write(page.getByLabel(say.password), password)
  await sees('signing-in')
  await hands.press(page.getByRole('button', { name: say.signIn }))
  await page.getByRole('heading', { name: say.whoIsWatching }).waitFor()
  await sees('who-is-watching')
  await hands.press(page.getByRole('button', { name }))
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await sees('home')
}

async function looksForIt({ page, hands, sees }) {
  await hands.press(page.getByRole('link', { name: say.search, exact: true }))
  await hands.write(page.getByLabel(say.searchFor), typed)
  const found = page.getByRole('list', { name: say.listFound }).getByRole('link', { name: title })
  await found.waitFor()
  await sees('found')
  await hands.press(found)
  await page.getByRole('heading', { name: title, level: 1 }).waitFor()
  await sees('title')
}

async function plays({ page, hands, sees }) {
  await hands.press(page.getByRole('link', { name: say.plays }).first())
  await playsPast(page, 1)
  await hands.wake()
  await sees('watching')
}

async function choosesHow({ page, hands, sees }) {
  const settings = page.getByRole('button', { name: say.settings })
  const choice = (name) => page.getByRole('button', { name })
  const chosen = (name) => page.getByRole('button', { name, pressed: true }).waitFor()
  await hands.wake()
  await hands.press(settings)
  await sees('settings')
  await hands.press(choice(/^360p/))
  await chosen(/^360p/)
  await pictureOf(page, 360)
  await hands.press(choice(/^English/).first())
  await chosen(/^English/)
  await hands.press(choice('Português', { exact: true }).last())
  await sees('settings-chosen')
  await hands.putAway()
  await page.locator('[popover]:popover-open').waitFor({ state: 'detached' })
  await page.getByText('O mar recua.').waitFor()
  assert.equal((await film(page)).paused, false, 'what puts the panel away stops the film')
  await sees('subtitles')
}

async function goesToAMoment({ page, hands, sees }) {
  const { duration } = await film(page)
  await hands.wake()
  await hands.seek(page.getByRole('slider', { name: say.position }), 0.5, () => sees('preview'))
  await page.waitForFunction((from) => document.querySelector('video').currentTime > from, 0.45 * duration)
  await playsPast(page, 0.5 * duration)
}

/** Returns where. */
async function leaves({ page, hands, sees }) {
  await hands.wake()
  const { currentTime } = await film(page)
  await hands.press(page.getByRole('link', { name: say.backToTheFilm }))
  await page.getByRole('heading', { name: title, level: 1 }).waitFor()
  await hands.press(page.getByRole('link', { name: say.library }))
  await page.getByRole('heading', { name: say.goOn }).waitFor()
  await sees('home-begun')
  return currentTime
}

async function goesOn({ page, hands }, left) {
  await hands.press(page.getByRole('region', { name: say.goOn }).getByRole('link', { name: title }))
  await playsPast(page, left - 2)
  const { currentTime } = await film(page)
  console.log(`left at ${left.toFixed(1)} s, goes on at ${currentTime.toFixed(1)} s`)
  assert.ok(currentTime < left + 10, `it went on at ${currentTime} s`)
  await page.getByText(/O mar recua|A maré volta/).waitFor() // in the language of the words that were chosen
}

async function putsItOnTheList({ page, hands, sees }) {
  await hands.wake()
  await hands.press(page.getByRole('link', { name: say.backToTheFilm }))
  await page.getByRole('heading', { name: title, level: 1 }).waitFor()
  const list = page.getByRole('button', { name: say.myList })
  await list.and(page.locator(':enabled')).waitFor()
  await hands.press(list)
  await page.getByRole('button', { name: say.myList, pressed: true }).waitFor()
  await sees('title-listed')
  await hands.press(page.getByRole('navigation').getByRole('link', { name: say.myList }))
  await page.getByRole('list', { name: say.myList }).getByRole('link', { name: title }).waitFor()
  await sees('list')
}

/** What is watched then arrives later; home opens all the same. */
async function isWithoutANetwork({ page, hands, sees }) {
  await hands.press(page.getByRole('list', { name: say.myList }).getByRole('link', { name: title }))
  await hands.press(page.getByRole('link', { name: say.plays }).first())
  await page.waitForFunction(() => {
    const video = document.querySelector('video')
    const ahead = video?.buffered.length ? video.buffered.end(video.buffered.length - 1) - video.currentTime : 0
    return video?.readyState >= 3 && ahead > 6
  })
  await network.leave(page)
  const before = await film(page)
  await playsPast(page, before.currentTime + 3)
  await hands.wake()
  const { currentTime: watched } = await film(page)
  await hands.press(page.getByRole('link', { name: say.backToTheFilm }))
  await page.getByText(say.offline).waitFor()
  await page.goto(home)
  await page.getByText(say.offline).waitFor()
  await page.getByRole('main').getByRole('link', { name: title }).first().waitFor()
  await sees('home-offline')
  await network.comeBack(page)
  await page.getByText(say.offline).waitFor({ state: 'detached' })
  await until(page, 'what was watched without a network arrives', async () => (await standing(page, video)).positionSeconds >= watched - 1)
  console.log(`watched to ${watched.toFixed(1)} s without a network: it arrived`)
}

/** Pictures in the order in which they were seen. */
function picturesOf(page) {
  let count = 0
  return (what) => shoot(page, `journey-${way}-${width}-${language}-${String(++count).padStart(2, '0')}-${what}`)
}
