// Somebody uses the app, and the network goes away: home, their list and a film they looked at open all the same, and say
// that there is no connection. What was watched in between arrives. Who signs out leaves nothing of theirs. A new
// version waits until they ask for it.
//
//   node offline.mjs HOME EMAIL PASSWORD VIDEO CONTROL
//
// CONTROL cuts and mends the way to HOME, and puts the next version there.
import assert from 'node:assert/strict'
import { film, playsPast, run, shoot, visit } from './browser.mjs'
import { networkBy, signIn, standing, until } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password, video, control] = process.argv.slice(2)
const { myList, account, signOut } = words.en
const titles = ['Quando o mar recua', 'Sertao Azul']
const [listed] = titles
const at = (path) => new URL(path, home).href
const offline = (page) => page.getByText(/^No connection/)
const { leave: leaveTheNetwork, comeBack } = networkBy(control)

await run(async (browser) => {
  const { page, wrong } = await visit(browser, { worker: true })
  await signIn(page, home, email, password)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await putOnTheList(page)
  await opensOffline(page)
  await arrivesLater(page)
  await isRenewed(page)
  await leavesNothing(page)
  await showsAChildNothingMore(page)
  // That there was no network is told in the log, by the browser itself.
  assert.deepEqual(wrong.filter((what) => !what.startsWith('logged:')), [])
})

async function putOnTheList(page) {
  await page.getByRole('main').getByRole('link', { name: listed }).first().click()
  await page.getByRole('heading', { name: listed, level: 1 }).waitFor()
  await page.getByRole('button', { name: myList }).and(page.locator(':enabled')).click()
  await page.locator('[aria-pressed=true]', { hasText: myList }).waitFor()
  // The list was never looked at, and is there.
  await until(page, 'the list is kept', async () => (await kept(page, '/api/list'))?.items.length === 1)
  await page.goto(home)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await until(page, 'posters are kept', () => page.evaluate(async () => (await (await caches.open('kk.pictures')).keys()).length >= 2))
  const files = await page.evaluate(async () => {
    const shell = (await caches.keys()).find((name) => name.includes('precache'))
    return (await (await caches.open(shell)).keys()).length
  })
  console.log(`${files} files of the app are at hand`)
}

async function opensOffline(page) {
  await leaveTheNetwork(page)
  for (const [width, height] of [[1280, 720], [390, 844]]) {
    await page.setViewportSize({ width, height })
    await page.goto(home)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await offline(page).waitFor()
    for (const title of titles) await page.getByRole('main').getByRole('link', { name: title }).first().waitFor()
    assert.equal(new URL(page.url()).pathname, '/', 'who is signed in was sent to the door')
    await page.waitForFunction(() => document.querySelector('main li img')?.naturalWidth > 0)
    await shoot(page, `offline-home-${width}`)
    assert.equal(await page.getByText('did not load').count(), 0, 'a row did not load')
  }
  await page.setViewportSize({ width: 1280, height: 720 })
  await page.getByRole('navigation').getByRole('link', { name: myList }).click()
  await page.getByRole('list', { name: myList }).getByRole('link', { name: listed }).waitFor()
  await page.reload()
  await page.getByRole('list', { name: myList }).getByRole('link', { name: listed }).waitFor()
  await shoot(page, 'offline-list')
  await page.getByRole('list', { name: myList }).getByRole('link', { name: listed }).click()
  await page.getByRole('heading', { name: listed, level: 1 }).waitFor()
  await shoot(page, 'offline-title')
  await page.goto(at('/people'))
  await page.getByText(/The server cannot be reached/).waitFor()
  await shoot(page, 'offline-elsewhere')

  await page.goto(home)
  await offline(page).waitFor()
  await comeBack(page)
  await offline(page).waitFor({ state: 'detached' })
  console.log('home, the list and a film open without a network')
}

/** Watched without a network, the page closed without one, and told when the app, opened without one, has it back. */
async function arrivesLater(page) {
  await page.goto(at(`/watch/${video}`))
  await playsPast(page, 2)
  await page.waitForFunction(() => {
    const { buffered, currentTime } = document.querySelector('video')
    return buffered.length > 0 && buffered.end(buffered.length - 1) > currentTime + 4
  })
  await leaveTheNetwork(page)
  await playsPast(page, (await film(page)).currentTime + 3)
  await page.evaluate(() => document.querySelector('video').pause())
  const { currentTime } = await film(page)
  await page.goto(home)
  await offline(page).waitFor()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await comeBack(page)
  const back = Date.now()
  await until(page, 'it arrives', async () => (await standing(page, video)).positionSeconds >= currentTime - 0.2)
  console.log(`watched to ${currentTime.toFixed(1)} s without a network, it arrived ${Date.now() - back} ms after it was back`)
}

async function isRenewed(page) {
  await page.goto(home)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await fetch(`${control}/deploy`)
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update())
  const update = page.getByRole('button', { name: 'Update' })
  await update.waitFor()
  await shoot(page, 'offline-new-version')
  await page.setViewportSize({ width: 390, height: 844 })
  await shoot(page, 'offline-new-version-390')
  await page.setViewportSize({ width: 1280, height: 720 })
  await page.evaluate(() => {
    window.before = true
  })
  await update.click()
  await page.waitForFunction(() => !window.before && navigator.serviceWorker.controller !== null)
  await page.getByRole('heading', { level: 1 }).waitFor()
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting), null)
  await until(page, 'who is here is still kept', () => kept(page, '/api/me'))
  console.log('a new version came when it was asked for')
}

async function leavesNothing(page) {
  await page.getByRole('button', { name: account }).click()
  await page.getByRole('button', { name: signOut }).click()
  await page.getByLabel(words.en.email).waitFor()
  const left = await page.evaluate(async () =>
    (await Promise.all(['kk.answers', 'kk.pictures'].map(async (name) => (await caches.open(name)).keys()))).flat().map(({ url }) => url),
  )
  assert.deepEqual(left, [], 'something of who signed out is kept')
  await leaveTheNetwork(page)
  await page.goto(home)
  await page.getByText(/The server cannot be reached/).waitFor()
  await shoot(page, 'offline-nobody')
  await comeBack(page)
  await page.getByRole('button', { name: 'Try again' }).click()
  await signIn(page, home, email, password)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await until(page, 'who came in is kept', () => kept(page, '/api/me'))
  console.log('who signs out leaves nothing, who comes in is known')
}

/** Another profile, with a limit, takes over: what was kept for the first is not shown to it. */
async function showsAChildNothingMore(page) {
  await until(page, 'the list is kept', async () => (await kept(page, '/api/list'))?.items.length === 1)
  const child = await page.evaluate(async () => {
    const post = async (path, body = {}) => {
      const headers = { 'Content-Type': 'application/json' }
      return (await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
    }
    const { avatar, language } = (await (await fetch('/api/me')).json()).profile
    const { id } = await post('/api/me/profiles', { name: 'Bia', avatar, language, maturityLimit: 10 })
    await post(`/api/me/profiles/${id}/select`)
    return id
  })
  await until(page, 'the child is known', async () => (await kept(page, '/api/me'))?.profile.id === child)
  assert.deepEqual((await kept(page, '/api/list'))?.items ?? [], [], "another profile's list is kept")
  await page.goto(home)
  await page.getByRole('button', { name: account }).waitFor()
  await page.getByText(/^No films yet/).waitFor()
  await leaveTheNetwork(page)
  await page.goto(home)
  await offline(page).waitFor()
  await page.getByText(/^No films yet/).waitFor()
  for (const title of titles) assert.equal(await page.getByText(title).count(), 0, `a child is shown ${title}`)
  await shoot(page, 'offline-child')
  await comeBack(page)
  console.log('another profile finds nothing of the first')
}

/** What the worker keeps of an address, whatever is asked of it there. */
function kept(page, path) {
  return page.evaluate(async (path) => {
    const answers = await caches.open('kk.answers')
    const key = (await answers.keys()).find(({ url }) => new URL(url).pathname === path)
    return key && (await answers.match(key, { ignoreVary: true }))?.json()
  }, path)
}
