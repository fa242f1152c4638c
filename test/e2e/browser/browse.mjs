// Somebody looks through a large catalogue: what they filtered by stands in the address, and whoever comes back from a
// film finds the shelf where they left it, by the browser's way back and after a reload.
//
//   node browse.mjs HOME EMAIL PASSWORD
import assert from 'node:assert/strict'
import { nothingWrong, patience, run, shoot, visit } from './browser.mjs'
import { signIn } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password] = process.argv.slice(2)
const at = (path) => new URL(path, home).href

await run(async (browser) => {
  for (const [width, height] of [[1280, 720], [390, 844]]) {
    const { page, wrong } = await visit(browser, { width, height })
    await signIn(page, home, email, password)
    await comesBackFromFarDown(page, `${width}`)
    await keepsItsFilters(page)
    nothingWrong(wrong)
    await page.context().close()
  }
})

/** The films on the screen and where each stands. */
function onTheScreen(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('#content [data-film]')].flatMap((film) => {
      const { top, bottom } = film.getBoundingClientRect()
      return bottom > 0 && top < innerHeight ? [{ film: film.getAttribute('href'), top: Math.round(top) }] : []
    }),
  )
}

async function comesBackFromFarDown(page, name) {
  let pages = 0
  page.on('response', (answer) => {
    if (answer.url().includes('/api/movies?')) pages++
  })
  await page.goto(at('/browse?list=new'))
  const films = page.getByRole('list', { name: words.en.films }).getByRole('link')
  await films.first().waitFor()
  // As a person does: down, and on when more has come. Only what is near the screen is in the page.
  for (const end = Date.now() + patience; pages < 3; ) {
    assert.ok(Date.now() < end, `only ${pages} pages of films have come`)
    await page.evaluate(() => {
      scrollTo(0, document.documentElement.scrollHeight)
      return new Promise((done) => requestAnimationFrame(done))
    })
  }
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await page.mouse.move(200, 300)
  await page.mouse.wheel(0, -1234)
  await stands(page)
  const before = await onTheScreen(page)
  await shoot(page, `browse-far-${name}`)
  await page.locator(`#content [data-film][href="${before[Math.floor(before.length / 2)].film}"]`).click()
  await page.getByRole('heading', { level: 1 }).and(page.locator(':not(:text-is("Browse"))')).waitFor()
  await page.waitForFunction(() => scrollY === 0)
  await page.goBack()
  await films.first().waitFor()
  await stands(page)
  const after = await onTheScreen(page)
  await shoot(page, `browse-back-${name}`)
  assert.deepEqual(after, before, 'another place than was left')
  console.log(`back among ${pages} pages of films, at the same ${after.length}`)
}

/** Waits until nothing moves any more. */
async function stands(page) {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    for (let still = 0, last = -1; still < 10; await frame()) {
      still = scrollY === last ? still + 1 : 0
      last = scrollY
    }
  })
}

async function keepsItsFilters(page) {
  const { order, genre, topRated } = words.en
  await page.goto(at('/browse'))
  await page.getByLabel(order).selectOption({ label: topRated })
  const kinds = page.getByLabel(genre)
  await page.waitForFunction((one) => one.options.length > 2, await kinds.elementHandle())
  const kind = await kinds.locator('option').nth(1).getAttribute('value')
  await kinds.selectOption(kind)
  const says = (url) => url.searchParams.get('list') === 'top-rated' && url.searchParams.get('genre') === kind
  const holds = async (when) => {
    await page.waitForURL(says)
    await page.locator('#content [data-film]').first().waitFor()
    assert.equal(await page.getByLabel(order).inputValue(), 'top-rated', `the order ${when}`)
    assert.equal(await kinds.inputValue(), kind, `the genre ${when}`)
    await stands(page)
    return (await onTheScreen(page)).map(({ film }) => film)
  }
  const films = await holds('as it was chosen')
  await page.reload()
  assert.deepEqual(await holds('after a reload'), films)
  await page.locator('#content [data-film]').first().click()
  await page.waitForURL(/\/title\//)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.goBack()
  assert.deepEqual(await holds('on the way back'), films)
}
