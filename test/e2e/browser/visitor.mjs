// What every visitor does first, and what is asked on their behalf.
import { patience } from './browser.mjs'
import { words } from './words.mjs'

/** Signs in, in English unless the app speaks otherwise, and is in the library. */
export async function signIn(page, home, email, password, names = words.en) {
  const { email: emailLabel, password: passwordLabel, signIn: enter, account } = names
  await page.goto(home)
  await page.getByLabel(emailLabel).fill(email)
  await page.getByLabel(passwordLabel).fill(password)
  await page.getByRole('button', { name: enter }).click()
  await page.getByRole('button', { name: account }).waitFor()
}

/** How far this viewer has come in a video, as the server tells it. */
export function standing(page, video) {
  return page.evaluate(async (id) => (await fetch(`/api/watch/${id}`)).json(), video)
}

/** Waits for what no page tells of. */
export async function until(page, what, holds) {
  for (const end = Date.now() + patience; !(await holds()); await page.waitForTimeout(100))
    if (Date.now() > end) throw new Error(`never: ${what}`)
}

/**
 * The network of a page, which whoever stands at CONTROL cuts and mends: a browser told to be offline lets its service
 * workers through.
 */
export function networkBy(control) {
  const order = (what) => fetch(`${control}/${what}`)
  return {
    async leave(page) {
      await order('cut')
      await page.context().setOffline(true)
    },
    async comeBack(page) {
      await order('mend')
      await page.context().setOffline(false)
    },
  }
}
