// Every screen of the app, by its address, and what there is to open on it. The list is that of web/src/app/router.tsx, and
// states.mjs fails where the app has an address that is not here.
import { words } from '../e2e/browser/words.mjs'

/** Opens what a button or a link leads to, by what it says in English. */
const by = (name, role = 'button') => (page) => page.getByRole(role, { name }).filter({ visible: true }).first().click()

/** Before anybody is signed in. */
export const doors = [
  { path: '/signin', says: 'the door', wrong: refusedAtTheDoor },
  { path: '/signup' },
  { path: '/forgot' },
  { path: '/setup?token=none' },
  { path: '/join?token=none' },
  { path: '/confirm?token=none' },
  { path: '/reset?token=none' },
  { path: '/verify?token=none' },
]

/** For who runs the house, who may all; where a viewer is sent away it says so. */
export const screens = ({ film, video }) => [
  { path: '/', open: { 'the account menu': by(words.en.account) } },
  { path: '/browse?list=popular' },
  { path: '/browse?genre=1&year=1950', route: '/browse' },
  { path: '/search' },
  { path: '/search?q=casa', route: '/search' },
  { path: '/search?q=zzzzqqqq', route: '/search' },
  { path: '/list' },
  {
    path: `/title/${film}`, route: '/title/$id',
    open: { Edit: by('Edit'), Pictures: by('Pictures'), 'Fix match': by(/^Fix match/), Delete: by('Delete') },
  },
  { path: '/history', open: { 'Clear history': by('Clear history') } },
  { path: '/import', forEditors: true },
  { path: '/upload', forEditors: true, open: { Subtitles: by(/^Subtitles of/), Delete: by(/^Delete/) } },
  { path: '/account', open: { 'Sign out everywhere': by('Sign out everywhere'), 'Delete account': by('Delete account') } },
  { path: '/people', forEditors: true, open: { 'Invite someone': by('Invite someone'), 'Password link': by(/^New password link/), Delete: by(/^Delete/) } },
  { path: '/insight', forEditors: true },
  { path: `/insight?film=${video}`, route: '/insight', forEditors: true },
  { path: '/profiles' },
  { path: '/profiles?manage=true', route: '/profiles' },
  { path: '/profiles/new', route: '/profiles/$profileId' },
  { path: `/watch/${video}`, route: '/watch/$videoId', plays: true },
  { path: '/nowhere', route: 'none' },
]

async function refusedAtTheDoor(page) {
  const { email, password, signIn } = words.en
  await page.getByLabel(email).fill('nobody@example.com')
  await page.getByLabel(password).fill('not a password of this house')
  await page.getByRole('button', { name: signIn }).click()
  await page.getByText(/do not match/).waitFor()
}
