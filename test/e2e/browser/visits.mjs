// Somebody is asked whether visits may be counted, goes about without an answer, says yes, watches a film, and takes it back.
//
//   node visits.mjs HOME EMAIL PASSWORD
import assert from 'node:assert/strict'
import { nothingWrong, playsPast, run, shoot, visit } from './browser.mjs'
import { signIn } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password] = process.argv.slice(2)
const at = (path) => new URL(path, home).href

await run(async (browser) => {
  const { page, wrong } = await visit(browser)
  const elsewhere = []
  page.on('request', (request) => {
    if (new URL(request.url()).host !== new URL(home).host && /^http/.test(request.url())) elsewhere.push(request.url())
  })
  await signIn(page, home, email, password)
  const card = page.getByRole('region', { name: 'May visits be counted?' })
  await card.waitFor()
  await looksAt(page, '')
  await page.goto(at('/browse'))
  await card.waitFor()
  assert.equal(await page.evaluate(() => localStorage.getItem('kk.visits')), null, 'something is kept')
  await page.evaluate(() => dispatchEvent(new Event('pagehide')))
  console.log('nobody agreed')

  await card.getByRole('button', { name: 'Yes' }).click()
  await card.waitFor({ state: 'detached' })
  await page.getByRole('link', { name: words.en.search, exact: true }).click()
  await page.getByLabel(words.en.searchFor).fill('looked-for')
  await page.goto(home)
  await page.getByRole('link', { name: words.en.plays }).first().click()
  await playsPast(page, 0.5)
  await page.goto(at('/account'))
  const choice = page.getByRole('radio', { name: 'No', exact: true })
  await page.getByRole('radio', { name: 'Yes', checked: true }).waitFor()
  await choice.scrollIntoViewIfNeeded()
  await shoot(page, 'visits-account')
  await choice.check({ force: true })
  await page.goto(at('/list'))
  await page.getByRole('heading', { level: 1 }).waitFor()
  assert.equal(await page.evaluate(() => localStorage.getItem('kk.visits')), '{"client":null}')
  assert.deepEqual(elsewhere, [], 'the browser spoke to somebody else')
  nothingWrong(wrong)
  await page.context().close()

  const other = await visit(browser, { locale: 'pt-BR', width: 390, height: 844 })
  await signIn(other.page, home, email, password, words['pt-BR'])
  await other.page.getByRole('region', { name: 'As visitas podem ser contadas?' }).waitFor()
  await looksAt(other.page, '-pt-BR')
})

async function looksAt(page, language) {
  for (const [width, height] of [[1920, 1080], [1280, 720], [390, 844]]) {
    await page.setViewportSize({ width, height })
    await shoot(page, `visits-card-${width}${language}`)
  }
}
