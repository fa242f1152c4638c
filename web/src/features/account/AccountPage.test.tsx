import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import { aProfile } from '../../../test/household'
import { aDevice } from '../../../test/people'
import { aBackend, visit } from '../../../test/visit'

const here = aBackend()
const people = () => here.backend.people.state

beforeEach(() => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
  people().devices = [
    aDevice({ place: 'São Paulo, Brasil' }),
    aDevice({ id: 'tv', device: 'Chrome on a TV', lastSeenAt: new Date(Date.now() - 3 * 3_600_000).toISOString() }),
  ]
})

const section = (name: string) => screen.findByRole('region', { name })

test('each device is told by name, place and when it was seen, and one can be signed out', async () => {
  const { user } = visit('/account')
  const devices = await section('Devices')
  expect(await within(devices).findByText('São Paulo, Brasil · this device')).toBeVisible()
  expect(within(devices).getByText('203.0.113.7 · 3 hours ago')).toBeVisible()
  expect(within(devices).queryByRole('button', { name: 'Sign out Chrome on Linux' })).toBeNull()
  await user.click(within(devices).getByRole('button', { name: 'Sign out Chrome on a TV' }))
  await waitFor(() => expect(within(devices).queryByText('Chrome on a TV')).toBeNull())
  expect(people().devices).toHaveLength(1)
})

test('signing out everywhere asks once, and ends here too', async () => {
  const { user, address } = visit('/account')
  await user.click(await screen.findByRole('button', { name: 'Sign out everywhere' }))
  const dialog = screen.getByRole('dialog', { name: 'Sign out everywhere?' })
  await user.click(within(dialog).getByRole('button', { name: 'Sign out' }))
  await waitFor(() => expect(address()).toMatch(/^\/signin/))
  expect(here.backend.state.who).toBeNull()
})

test('the password changes for who knows it, and other devices leave the list', async () => {
  const { user } = visit('/account')
  const password = await section('Password')
  await user.type(within(password).getByLabelText('Current password'), 'wrong')
  await user.type(within(password).getByLabelText('New password'), 'another long one{Enter}')
  expect(await within(password).findByText("That is not the account's password.")).toBeVisible()
  await user.clear(within(password).getByLabelText('Current password'))
  await user.type(within(password).getByLabelText('Current password'), 'correct horse{Enter}')
  expect(await screen.findByText(/Your password is changed/)).toBeVisible()
  expect(within(password).getByLabelText('Current password')).toHaveValue('')
  await waitFor(() => expect(screen.queryByText('Chrome on a TV')).toBeNull())
})

test('an address is confirmed by a letter, where letters are sent', async () => {
  const who = here.backend.state.who
  here.backend.state.who = who && { ...who, verified: false }
  here.backend.state.mail = true
  const { user } = visit('/account')
  const you = await section('You')
  await user.click(await within(you).findByRole('button', { name: 'Confirm this address' }))
  expect(await within(you).findByText('A letter is on its way')).toBeVisible()
})

test('nobody is asked to confirm an address where no letters are sent', async () => {
  const who = here.backend.state.who
  here.backend.state.who = who && { ...who, verified: false }
  here.backend.state.mail = false
  visit('/account')
  const you = await section('You')
  expect(await within(you).findByText('ana@example.org')).toBeVisible()
  expect(within(you).queryByRole('button', { name: 'Confirm this address' })).toBeNull()
})

test('the name and the language of letters are kept', async () => {
  const { user, queries } = visit('/account')
  const you = await section('You')
  expect(within(you).getByText('Confirmed')).toBeVisible()
  await user.type(within(you).getByLabelText('Name'), 'Ana')
  await user.selectOptions(within(you).getByLabelText('Language of letters'), 'Português')
  await user.click(within(you).getByRole('button', { name: 'Save' }))
  expect(await screen.findByText('Saved.')).toBeVisible()
  expect(queries.getQueryData(['me'])).toMatchObject({ user: { name: 'Ana', language: 'pt-BR' } })
})

test('what is kept of somebody comes as a file', async () => {
  const saved: string[] = []
  URL.createObjectURL = vi.fn(() => 'blob:kept')
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download)
  })
  const { user } = visit('/account')
  await user.click(await screen.findByRole('button', { name: 'Download my data' }))
  await waitFor(() => expect(saved).toEqual(['kkmovies.json']))
})

test('an account is deleted with its password, and nobody is here then', async () => {
  const { user, address } = visit('/account')
  await user.click(await screen.findByRole('button', { name: 'Delete account' }))
  const dialog = screen.getByRole('dialog', { name: 'Delete your account?' })
  await user.type(within(dialog).getByLabelText('Password'), 'wrong{Enter}')
  expect(await within(dialog).findByText("That is not the account's password.")).toBeVisible()
  await user.clear(within(dialog).getByLabelText('Password'))
  await user.type(within(dialog).getByLabelText('Password'), 'correct horse{Enter}')
  await waitFor(() => expect(address()).toMatch(/^\/signin/))
})

test('a profile with a limit is told that the account is not for it', async () => {
  here.backend.household.state.profiles = [aProfile(), aProfile({ id: 'kid', maturityLimit: 10, kids: true })]
  here.backend.household.state.watching = 'kid'
  visit('/account')
  expect(await screen.findByText(/the account is not for it/)).toBeVisible()
  expect(here.backend.state.seen).not.toContain('GET /api/auth/sessions')
})
