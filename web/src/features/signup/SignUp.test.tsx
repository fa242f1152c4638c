import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { aBackend, visit } from '../../../test/visit'

const here = aBackend()
const state = () => here.backend.state

test('an invitation’s link makes an account for its address, and opens the cinema', async () => {
  state().invitations = [{ token: 'come', email: 'bia@example.org' }]
  const { user, address } = visit('/join?token=come')
  await user.type(await screen.findByLabelText('Name'), 'Bia')
  expect(screen.getByLabelText('Email')).toHaveValue('bia@example.org')
  expect(screen.getByLabelText('Email')).toHaveAttribute('readonly')
  await user.type(screen.getByLabelText('Password'), 'a long password{Enter}')
  expect(await screen.findByText(/No films yet/)).toBeVisible()
  expect(address()).toBe('/')
  expect(state().who).toMatchObject({ email: 'bia@example.org', role: 'viewer' })
})

test('an invitation to whoever holds it asks for the address; one that has an account is told', async () => {
  state().invitations = [{ token: 'come', email: '' }]
  const { user } = visit('/join?token=come')
  await user.type(await screen.findByLabelText('Name'), 'Ana')
  await user.type(screen.getByLabelText('Email'), 'ana@example.org')
  await user.type(screen.getByLabelText('Password'), 'a long password{Enter}')
  expect(await screen.findByText('This address has an account already. Sign in instead.')).toBeVisible()
  expect(screen.getByLabelText('Email')).toBeInvalid()
})

test('an invitation that is over says so, and asks nothing', async () => {
  visit('/join?token=guessed')
  expect(await screen.findByRole('heading', { name: 'This invitation is over' })).toBeVisible()
  expect(screen.queryByLabelText('Password')).toBeNull()
  expect(screen.getByRole('link', { name: 'Sign in' })).toHaveAttribute('href', '/signin')
})

test('where anybody may come, a letter finishes the sign-up', async () => {
  state().signUp = 'open'
  const { user } = visit('/signin')
  await user.click(await screen.findByRole('link', { name: 'Create account' }))
  await user.type(await screen.findByLabelText('Name'), 'Léo')
  await user.type(screen.getByLabelText('Email'), 'leo@example.org')
  await user.type(screen.getByLabelText('Password'), 'a long password{Enter}')
  expect(await screen.findByText(/A letter is on its way to leo@example.org/)).toBeVisible()
  expect(state().who).toBeNull()
})

test('an address that has an account is answered the same', async () => {
  state().signUp = 'open'
  const { user } = visit('/signup')
  await user.type(await screen.findByLabelText('Name'), 'Ana')
  await user.type(screen.getByLabelText('Email'), 'ana@example.org')
  await user.type(screen.getByLabelText('Password'), 'a long password{Enter}')
  expect(await screen.findByText(/A letter is on its way to ana@example.org/)).toBeVisible()
  expect(state().letters).toEqual([])
})

test('the letter’s link makes the account when its button is pressed, and not before', async () => {
  state().letters = [{ token: 'sent', to: 'leo@example.org', for: 'sign-up', password: 'a long password' }]
  const { user, address } = visit('/confirm?token=sent')
  const button = await screen.findByRole('button', { name: 'Create account' })
  expect(state().seen).not.toContain('POST /api/auth/register/confirm')
  await user.click(button)
  await waitFor(() => expect(address()).toBe('/'))
  expect(state().who).toMatchObject({ email: 'leo@example.org' })
})

test('a letter’s link that is over leads to the door', async () => {
  const { user } = visit('/confirm?token=old')
  await user.click(await screen.findByRole('button', { name: 'Create account' }))
  expect(await screen.findByRole('heading', { name: 'This link is over' })).toBeVisible()
  expect(screen.getByRole('link', { name: 'Sign in' })).toBeVisible()
})

test('where nobody may sign up, the door has no such way', async () => {
  visit('/signin')
  await screen.findByLabelText('Password')
  expect(screen.queryByRole('link', { name: 'Create account' })).toBeNull()
})

test('a server of invitations says so to who found the page', async () => {
  visit('/signup')
  expect(await screen.findByRole('heading', { name: 'By invitation only' })).toBeVisible()
})
