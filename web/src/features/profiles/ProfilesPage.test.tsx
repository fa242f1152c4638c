import { screen, waitFor, within } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { aProfile } from '../../../test/household'
import { aBackend, visit } from '../../../test/visit'

const here = aBackend()
const home = () => here.backend.household.state

beforeEach(() => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
  home().profiles = [
    aProfile({ name: 'Ana', pin: '2468' }),
    aProfile({ id: 'kid', name: 'Bia', avatar: 'parrot', maturityLimit: 10, kids: true }),
    aProfile({ id: 'guests', name: 'Visitas', avatar: 'sail' }),
  ]
})

const profile = (name: string) => screen.findByRole('button', { name: new RegExp(`^${name}`) })

test('whoever signs in to an account with several profiles is asked who is watching', async () => {
  here.backend.state.who = null
  const { user, address } = visit('/signin?next=%2Fupload')
  await user.type(await screen.findByLabelText('Email'), 'ana@example.org')
  await user.type(screen.getByLabelText('Password'), 'correct horse{Enter}')
  expect(await screen.findByRole('heading', { name: 'Who is watching?' })).toBeVisible()
  await user.click(await profile('Visitas'))
  await waitFor(() => expect(address()).toBe('/upload'))
  expect(home().watching).toBe('guests')
})

test('a child’s profile opens without a question, and sees neither uploads nor the account', async () => {
  const { user, address } = visit('/profiles')
  await user.click(await profile('Bia'))
  await waitFor(() => expect(address()).toBe('/'))
  expect(await screen.findByText(/No films yet/)).toBeVisible()
  expect(screen.queryByRole('link', { name: 'Upload' })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Account' }))
  const change = await screen.findByRole('link', { name: 'Change profile', hidden: true })
  expect(change).toHaveAttribute('href', '/profiles')
  expect(screen.queryByRole('link', { name: 'Account', hidden: true })).toBeNull()
  expect(screen.queryByRole('link', { name: 'Import films', hidden: true })).toBeNull()
})

test('a PIN is asked for, a wrong one told plainly, and the password opens as well', async () => {
  home().watching = 'kid'
  const { user, address } = visit('/profiles')
  await user.click(await profile('Ana'))
  const dialog = await screen.findByRole('dialog', { name: 'Open “Ana”' })
  await user.type(within(dialog).getByLabelText('PIN'), '1111{Enter}')
  expect(await within(dialog).findByText("That is not this profile's PIN.")).toBeVisible()
  expect(home().watching).toBe('kid')
  await user.click(within(dialog).getByRole('button', { name: "Use the account's password" }))
  await user.type(within(dialog).getByLabelText('Account password'), 'correct horse{Enter}')
  await waitFor(() => expect(address()).toBe('/'))
  expect(home().watching).toBe('profile-1')
})

test('from a profile with a limit, one that sees more and has no PIN asks for the password', async () => {
  home().watching = 'kid'
  const { user } = visit('/profiles')
  await user.click(await profile('Visitas'))
  expect(await screen.findByLabelText('Account password')).toBeVisible()
  expect(screen.getByText(/shows more than the profile in use/)).toBeVisible()
})

test('arrows go from face to face, as a remote does', async () => {
  const { user } = visit('/profiles')
  const first = await profile('Ana')
  first.focus()
  await user.keyboard('{ArrowRight}')
  expect(await profile('Bia')).toHaveFocus()
  await user.keyboard('{ArrowLeft}{ArrowLeft}')
  expect(first).toHaveFocus()
})

test('profiles that do not load can be asked for again', async () => {
  let down = true
  here.server.use(http.get('*/api/me/profiles', () => (down ? HttpResponse.error() : undefined)))
  const { user } = visit('/profiles')
  expect(await screen.findByRole('alert')).toHaveTextContent('did not load')
  down = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await profile('Ana')).toBeVisible()
})

test('a profile is made: its face, its name, its limit and its PIN', async () => {
  const { user, address } = visit('/profiles?manage=true')
  await user.click(await screen.findByRole('link', { name: 'New profile' }))
  await user.click(await screen.findByRole('radio', { name: 'Comet' }))
  await user.type(screen.getByLabelText('Name'), 'Léo')
  await user.selectOptions(screen.getByLabelText('Language'), 'Português')
  await user.click(screen.getByRole('radio', { name: 'Up to 12' }))
  await user.type(screen.getByLabelText('PIN (optional)'), '1357')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(await screen.findByRole('link', { name: 'Edit Léo' })).toBeVisible()
  expect(address()).toContain('/profiles?manage')
  expect(home().profiles.at(-1)).toMatchObject({
    name: 'Léo',
    avatar: 'comet',
    language: 'pt-BR',
    maturityLimit: 12,
    pin: '1357',
  })
})

test('a PIN is taken away only by who knows it', async () => {
  const { user } = visit('/profiles/profile-1')
  await user.click(await screen.findByRole('button', { name: 'Remove PIN' }))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await user.type(await screen.findByLabelText('PIN'), '1111{Enter}')
  expect(await screen.findByText("That is not this profile's PIN.")).toBeVisible()
  expect(home().profiles[0]?.pin).toBe('2468')
  await user.type(screen.getByLabelText('PIN'), '2468{Enter}', { initialSelectionStart: 0, initialSelectionEnd: 4 })
  expect(await screen.findByRole('heading', { name: 'Manage profiles' })).toBeVisible()
  expect(home().profiles[0]?.pin).toBeUndefined()
})

test('a profile with a limit changes its own looks, and nothing else', async () => {
  home().watching = 'kid'
  const { user } = visit('/profiles?manage=true')
  expect(await screen.findByRole('link', { name: 'Edit Bia' })).toBeVisible()
  expect(screen.queryByRole('link', { name: 'Edit Ana' })).toBeNull()
  expect(screen.queryByRole('link', { name: 'New profile' })).toBeNull()
  await user.click(screen.getByRole('link', { name: 'Edit Bia' }))
  await user.click(await screen.findByRole('radio', { name: 'Star' }))
  expect(screen.queryByRole('radio', { name: 'Up to 12' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Delete profile' })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await screen.findByRole('heading', { name: 'Manage profiles' })
  expect(home().profiles[1]).toMatchObject({ avatar: 'star', maturityLimit: 10 })
})

test('another’s page is closed to a profile with a limit', async () => {
  home().watching = 'kid'
  visit('/profiles/guests')
  expect(await screen.findByText(/may change only its own looks/)).toBeVisible()
  expect(screen.queryByLabelText('Name')).toBeNull()
})

test('a profile is deleted after one question; the one in use cannot be', async () => {
  const { user } = visit('/profiles/guests')
  await user.click(await screen.findByRole('button', { name: 'Delete profile' }))
  const dialog = screen.getByRole('dialog', { name: 'Delete “Visitas”?' })
  await user.click(within(dialog).getByRole('button', { name: 'Delete' }))
  await screen.findByRole('heading', { name: 'Manage profiles' })
  expect(screen.queryByRole('link', { name: 'Edit Visitas' })).toBeNull()
  await user.click(screen.getByRole('link', { name: 'Edit Ana' }))
  await screen.findByLabelText('Name')
  expect(screen.queryByRole('button', { name: 'Delete profile' })).toBeNull()
})

test('a profile’s language is spoken when it opens, and the menu changes it for every device', async () => {
  Object.assign(home().profiles[1] ?? {}, { language: 'pt-BR' })
  const { user } = visit('/profiles')
  await user.click(await profile('Bia'))
  expect(await screen.findByText(/Ainda não há filmes/)).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Conta' }))
  await user.click(await screen.findByRole('button', { name: 'English', hidden: true }))
  expect(await screen.findByText(/No films yet/)).toBeVisible()
  await waitFor(() => expect(home().profiles[1]?.language).toBe('en'))
})
