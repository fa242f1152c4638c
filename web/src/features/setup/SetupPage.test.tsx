import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { aBackend, visit } from '../../../test/visit'

const here = aBackend()

async function fill(user: ReturnType<typeof visit>['user'], password: string) {
  await user.type(await screen.findByLabelText('Email'), 'first@example.org')
  await user.type(screen.getByLabelText('Password'), `${password}{Enter}`)
}

test('the printed link makes the first administrator, who lands in an empty cinema', async () => {
  here.backend.state.needsSetup = true
  const { user } = visit('/setup?token=printed-token')
  await fill(user, 'a long password')
  expect(await screen.findByRole('link', { name: 'Upload a film' })).toBeVisible()
  expect(here.backend.state.who).toMatchObject({ email: 'first@example.org', role: 'admin' })
})

test('a link that is not the printed one is refused in words', async () => {
  here.backend.state.needsSetup = true
  const { user } = visit('/setup?token=guessed')
  await fill(user, 'a long password')
  expect(await screen.findByText(/not the one the server printed/)).toBeVisible()
})

test('a short password never leaves the page', async () => {
  here.backend.state.needsSetup = true
  const { user } = visit('/setup?token=printed-token')
  await fill(user, 'short')
  expect(await screen.findByText('At least 8 characters')).toBeVisible()
  expect(screen.getByLabelText('Password')).toBeInvalid()
  expect(here.backend.state.seen).not.toContain('POST /api/setup')
})

test('a server that has its administrator offers the way in instead', async () => {
  visit('/setup?token=printed-token')
  expect(await screen.findByRole('link', { name: 'Sign in' })).toHaveAttribute('href', '/signin')
})
