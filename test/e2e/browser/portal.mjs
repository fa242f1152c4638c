// A network answers for the server, with a page of its own where a film's segments should be,
// as those of hotels and trains do. What is shown says so, and goes on when it is asked to.
//
//   node portal.mjs HOME EMAIL PASSWORD VIDEO
import assert from 'node:assert/strict'
import { nothingWrong, playsPast, run, shoot, visit } from './browser.mjs'
import { signIn } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password, video] = process.argv.slice(2)

await run(async (browser) => {
  const { page, wrong } = await visit(browser)
  await signIn(page, home, email, password)
  const segments = /\/(video|audio)\/.*\.m4s/
  await page.route(segments, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Welcome to the Grand Hotel</title>'.repeat(200) }))
  await page.goto(new URL(`/watch/${video}`, home).href)
  const began = Date.now()
  await page.getByRole('alert').getByText('The picture stopped.').waitFor()
  console.log(`said after ${Date.now() - began} ms`)
  await shoot(page, 'portal')
  await page.getByRole('button', { name: 'Details' }).click()
  const details = await page.getByRole('alert').locator('code').innerText()
  assert.match(details, /fragParsingError, \w+\/[\w-]+\/seg-\d+\.m4s, /)
  assert.ok(!details.includes('/media/'), details)
  await shoot(page, 'portal-details')
  await page.unroute(segments)
  await page.getByRole('button', { name: 'Try again' }).click()
  await playsPast(page, 10)
  nothingWrong(wrong)
})
