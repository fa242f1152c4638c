// What every visitor does first.
import { words } from './words.mjs'

/** Signs in, in English, and is in the library. */
export async function signIn(page, home, email, password) {
  const { email: emailLabel, password: passwordLabel, signIn: enter, account } = words.en
  await page.goto(home)
  await page.getByLabel(emailLabel).fill(email)
  await page.getByLabel(passwordLabel).fill(password)
  await page.getByRole('button', { name: enter }).click()
  await page.getByRole('button', { name: account }).waitFor()
}
