import { screen, waitFor, within } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { aUser } from '../../../test/people'
import { aBackend, visit } from '../../../test/visit'

const here = aBackend()
const people = () => here.backend.people.state

beforeEach(() => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
  people().users.push(aUser())
})

test('an administrator gives another role, keeps somebody out and lets them in again', async () => {
  const { user } = visit('/people')
  await user.selectOptions(await screen.findByLabelText('What Bia may do'), 'Watches and uploads')
  await waitFor(() => expect(people().users[1]?.role).toBe('editor'))
  await user.click(screen.getByRole('button', { name: 'Keep out: Bia' }))
  await user.click(await screen.findByRole('button', { name: 'Let in: Bia' }))
  expect(await screen.findByRole('button', { name: 'Keep out: Bia' })).toBeEnabled()
  expect(people().users[1]?.disabled).toBe(false)
})

test('nobody changes, shuts out or deletes themselves', async () => {
  visit('/people')
  expect(await screen.findByLabelText('What Ana may do')).toBeDisabled()
  expect(screen.getByRole('button', { name: 'Keep out: Ana' })).toBeDisabled()
  expect(screen.getByRole('button', { name: 'Delete Ana' })).toBeDisabled()
})

test('the last administrator stays one, and that is said', async () => {
  here.server.use(http.patch('*/api/admin/users/:id', () => HttpResponse.json({ code: 'last_admin' }, { status: 409 })))
  const { user } = visit('/people')
  await user.click(await screen.findByRole('button', { name: 'Keep out: Bia' }))
  expect(await screen.findByText(/this is the last administrator/)).toBeVisible()
})

test('an account is deleted after one question', async () => {
  const { user } = visit('/people')
  await user.click(await screen.findByRole('button', { name: 'Delete Bia' }))
  const dialog = screen.getByRole('dialog', { name: 'Delete the account of Bia?' })
  await user.click(within(dialog).getByRole('button', { name: 'Delete' }))
  await waitFor(() => expect(screen.queryByLabelText('What Bia may do')).toBeNull())
  expect(people().users).toHaveLength(1)
})

test('a link for a new password is shown to be handed over', async () => {
  const { user } = visit('/people')
  await user.click(await screen.findByRole('button', { name: 'New password link for Bia' }))
  expect(await screen.findByRole('textbox', { name: 'Link' })).toHaveValue(`${location.origin}/reset?token=made`)
})

test('an invitation goes by letter where there is an address, and is taken back', async () => {
  const { user } = visit('/people')
  await user.click(await screen.findByRole('button', { name: 'Invite someone' }))
  await user.type(await screen.findByLabelText('Email (optional)'), 'leo@example.org')
  await user.click(screen.getByRole('button', { name: 'Send invitation' }))
  expect(await screen.findByText(/on its way to leo@example.org/)).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Done' }))
  await user.click(await screen.findByRole('button', { name: 'Take back the invitation of leo@example.org' }))
  await waitFor(() => expect(screen.queryByText('leo@example.org')).toBeNull())
  expect(people().invited).toEqual([])
})

test('an invitation without an address is a link', async () => {
  const { user } = visit('/people')
  await user.click(await screen.findByRole('button', { name: 'Invite someone' }))
  await user.click(await screen.findByRole('button', { name: 'Make a link' }))
  expect(await screen.findByRole('textbox', { name: 'Link' })).toHaveValue(`${location.origin}/join?token=made`)
})

test('who does not run the house sees nobody', async () => {
  const account = here.backend.state.accounts[0]
  if (account) account.role = 'viewer'
  visit('/people')
  expect(await screen.findByText(/Only administrators see/)).toBeVisible()
  expect(here.backend.state.seen).not.toContain('GET /api/admin/users')
})
