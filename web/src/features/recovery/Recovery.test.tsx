import { screen, waitFor } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { expect, test } from 'vitest'
import { aBackend, visit } from '../../../test/visit'

const here = aBackend()
const state = () => here.backend.state

test('who forgot the password is sent a link', async () => {
  const { user } = visit('/signin')
  await user.click(await screen.findByRole('link', { name: 'Forgot your password?' }))
  await screen.findByRole('heading', { name: 'Forgot your password?' })
  await user.type(await screen.findByLabelText('Email'), 'ana@example.org{Enter}')
  expect(await screen.findByText(/If ana@example.org has an account here/)).toBeVisible()
  await waitFor(() => expect(state().letters).toHaveLength(1))
})

test('an address without an account is answered the same', async () => {
  const { user } = visit('/forgot')
  await user.type(await screen.findByLabelText('Email'), 'nobody@example.org{Enter}')
  expect(await screen.findByText(/If nobody@example.org has an account here/)).toBeVisible()
  expect(state().letters).toEqual([])
})

test('a server without mail says who makes the link', async () => {
  state().mail = false
  visit('/forgot')
  expect(await screen.findByText(/Whoever runs it can make you a link/)).toBeVisible()
  expect(screen.queryByLabelText('Email')).toBeNull()
})

test('a link makes a new password, once', async () => {
  state().letters = [{ token: 'sent', to: 'ana@example.org', for: 'reset' }]
  const { user } = visit('/reset?token=sent')
  await user.type(await screen.findByLabelText('New password'), 'short{Enter}')
  expect(screen.getByLabelText('New password')).toBeInvalid()
  expect(state().seen).not.toContain('POST /api/auth/password/reset')
  await user.type(screen.getByLabelText('New password'), ' and now longer{Enter}')
  expect(await screen.findByRole('heading', { name: 'Your new password is set' })).toBeVisible()
  expect(state().accounts[0]?.password).toBe('short and now longer')
  await user.click(screen.getByRole('link', { name: 'Sign in' }))
  await user.type(await screen.findByLabelText('Email'), 'ana@example.org')
  await user.type(screen.getByLabelText('Password'), 'short and now longer{Enter}')
  expect(await screen.findByText(/Your cinema is empty/)).toBeVisible()
})

test('a link that is over offers another', async () => {
  const { user } = visit('/reset?token=old')
  await user.type(await screen.findByLabelText('New password'), 'a long password{Enter}')
  expect(await screen.findByRole('heading', { name: 'This link is over' })).toBeVisible()
  expect(screen.getByRole('link', { name: 'Ask for another link' })).toHaveAttribute('href', '/forgot')
})

test('a server that is away is not mistaken for a link that is over', async () => {
  here.server.use(http.post('*/api/auth/password/reset', () => HttpResponse.error()))
  const { user } = visit('/reset?token=sent')
  await user.type(await screen.findByLabelText('New password'), 'a long password{Enter}')
  expect(await screen.findByText(/cannot be reached/)).toBeVisible()
})

test('an address is confirmed by a press, once', async () => {
  state().letters = [{ token: 'sent', to: 'ana@example.org', for: 'verify' }]
  const { user } = visit('/verify?token=sent')
  const button = await screen.findByRole('button', { name: 'Confirm address' })
  expect(state().letters).toHaveLength(1)
  await user.click(button)
  expect(await screen.findByRole('heading', { name: 'Your address is confirmed' })).toBeVisible()
})
