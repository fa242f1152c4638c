// Somebody uploads a film whose parts go straight to the store, and closes the page half way,
// or comes back and sends the rest.
//
//   node direct.mjs HOME EMAIL PASSWORD FILM leave|return|whole
import assert from 'node:assert/strict'
import { patience, run, shoot, visit } from './browser.mjs'
import { signIn } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password, file, what] = process.argv.slice(2)
const { chooseFiles, chooseTheFile } = words.en

await run(async (browser) => {
  const { page, wrong } = await visit(browser)
  await signIn(page, home, email, password)
  await page.goto(new URL('/upload', home).href)
  const began = performance.now()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: what === 'return' ? chooseTheFile : chooseFiles, exact: true }).click()
  const completed = page.waitForResponse((answer) => answer.url().endsWith('/complete') && answer.status() === 202)
  completed.catch(() => {}) // who leaves does not wait for it
  await (await chooser).setFiles(file)
  if (what === 'leave') {
    await arrived(page, 2)
    console.log('left half way')
  } else {
    await completed
    console.log(`sent in ${Math.round(performance.now() - began)} ms`)
  }
  await shoot(page, `direct-${what}`)
  // A part that was refused, or cut off, is told in the log, by the browser itself.
  assert.deepEqual(wrong.filter((what) => !what.startsWith('logged:')), [])
})

/** Waits until the server says that so many parts have arrived. */
async function arrived(page, count) {
  const until = Date.now() + patience
  for (;;) {
    const { items } = await (await page.request.get(new URL('/api/uploads', home).href)).json()
    if (items[0]?.parts.filter((part) => part.received).length >= count) return
    assert.ok(Date.now() < until, 'the parts never arrived')
    await page.waitForTimeout(100)
  }
}
