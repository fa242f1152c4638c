// What every visitor does first.
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
