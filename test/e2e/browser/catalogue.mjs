// Somebody comes to the first page, looks for a film with a slip of the finger, puts it on
// their list, and watches it from there: in English, where it has just been given a title of
// its own, then in Portuguese.
//
//   node catalogue.mjs HOME EMAIL PASSWORD
import assert from 'node:assert/strict'
import { nothingWrong, playsPast, run, shoot, visit } from './browser.mjs'
import { signIn } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password] = process.argv.slice(2)
const original = 'Quando o mar recua'
const english = 'When the Sea Draws Back'

await run(async (browser) => {
  const editor = await visit(browser)
  await signIn(editor.page, home, email, password)
  await giveATitle(editor.page, words.en)
  await findAndWatch(editor.page, words.en, { locale: 'en', title: english, typed: 'drwas sea' })
  nothingWrong(editor.wrong)
  await editor.page.context().close()

  const viewer = await visit(browser, { locale: 'pt-BR' })
  await signIn(viewer.page, home, email, password, words['pt-BR'])
  await findAndWatch(viewer.page, words['pt-BR'], { locale: 'pt-BR', title: original, typed: 'qunado mar' })
  nothingWrong(viewer.wrong)
})

/** An upload has met its film by then, whose title was guessed; an editor says how it is called in each language. */
async function giveATitle(page, { edit, titleLabel, save }) {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.getByRole('main').getByRole('link', { name: original }).first().click()
  await page.getByRole('heading', { name: original, level: 1 }).waitFor()
  await page.getByRole('button', { name: edit }).click()
  for (const [language, title] of [['Português', original], ['English', english]])
    await page.getByRole('group', { name: language }).getByLabel(titleLabel).fill(title)
  await shoot(page, 'edit-film')
  await page.getByRole('button', { name: save }).click()
  await page.getByRole('heading', { name: english, level: 1 }).waitFor()
}

async function findAndWatch(page, { search, searchFor, listFound, myList, plays }, { locale, title, typed }) {
  await page.goto(home)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await shoot(page, `home-${locale}`)
  await page.getByRole('link', { name: search, exact: true }).click()
  await page.getByLabel(searchFor).fill(typed)
  const found = page.getByRole('list', { name: listFound }).getByRole('listitem').filter({ hasText: title })
  await found.waitFor()
  await shoot(page, `search-${locale}`)
  await found.getByRole('link').click()

  await page.getByRole('heading', { name: title, level: 1 }).waitFor()
  const list = page.getByRole('button', { name: myList })
  await list.and(page.locator(':enabled')).waitFor()
  if ((await list.getAttribute('aria-pressed')) === 'true') await list.click()
  await page.locator('[aria-pressed=false]', { hasText: myList }).click()
  await page.locator('[aria-pressed=true]', { hasText: myList }).waitFor()
  await shoot(page, `title-${locale}`)

  await page.getByRole('navigation').getByRole('link', { name: myList }).click()
  const listed = page.getByRole('list', { name: myList }).getByRole('link')
  await listed.filter({ hasText: title }).waitFor()
  assert.equal(await listed.count(), 1, 'one film was put on the list')
  await shoot(page, `list-${locale}`)
  await listed.click()
  await page.getByRole('link', { name: plays }).first().click()
  await playsPast(page, 0.5)
}
