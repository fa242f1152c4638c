import { screen } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { expect, test, vi } from 'vitest'
import { aVideo } from '../../../test/backend'
import { aBackend, visit } from '../../../test/visit'

const here = aBackend()

test('whoever is not signed in is asked to, and then finds what they came for', async () => {
  here.backend.state.videos = [aVideo()]
  const { user, address } = visit('/upload')
  await user.type(await screen.findByLabelText('Email'), 'ana@example.org')
  await user.type(screen.getByLabelText('Password'), 'correct horse')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  expect(await screen.findByRole('heading', { name: 'Upload' })).toBeVisible()
  expect(address()).toBe('/upload')
})

test('a wrong password is told plainly and may be corrected', async () => {
  const { user } = visit('/signin')
  await user.type(await screen.findByLabelText('Email'), 'ana@example.org')
  await user.type(screen.getByLabelText('Password'), 'wrong{Enter}')
  expect(await screen.findByText('That email and password do not match.')).toBeVisible()
  expect(screen.getByLabelText('Password')).toBeInvalid()
  await user.type(screen.getByLabelText('Password'), 'correct horse{Enter}', {
    initialSelectionStart: 0,
    initialSelectionEnd: 5,
  })
  expect(await screen.findByText(/Your cinema is empty/)).toBeVisible()
})

test('a server that is away is not mistaken for a wrong password', async () => {
  here.server.use(http.post('*/api/auth/login', () => HttpResponse.error()))
  const { user } = visit('/signin')
  await user.type(await screen.findByLabelText('Email'), 'ana@example.org')
  await user.type(screen.getByLabelText('Password'), 'correct horse{Enter}')
  expect(await screen.findByText(/cannot be reached/)).toBeVisible()
})

test('no link can send anyone to another site after signing in', async () => {
  const { user, address } = visit('/signin?next=%2F%2Fevil.example%2F')
  await user.type(await screen.findByLabelText('Email'), 'ana@example.org')
  await user.type(screen.getByLabelText('Password'), 'correct horse{Enter}')
  await screen.findByText(/Your cinema is empty/)
  expect(address()).toBe('/')
})

test('the account menu changes the language at once and remembers it', async () => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
  const { user } = visit('/')
  await screen.findByText(/Your cinema is empty/)
  await user.click(screen.getByRole('button', { name: 'Account' }))
  await user.click(await screen.findByRole('button', { name: 'Português', hidden: true }))
  expect(await screen.findByText(/Seu cinema está vazio/)).toBeVisible()
  expect(document.documentElement.lang).toBe('pt-BR')
  expect(localStorage.getItem('kk.locale')).toBe('"pt-BR"')
  await user.click(screen.getByRole('button', { name: 'English', hidden: true }))
  await screen.findByText(/Your cinema is empty/)
})

test('signing out leads back to the door and forgets who was here', async () => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
  const { user, address } = visit('/')
  await screen.findByText(/Your cinema is empty/)
  await user.click(screen.getByRole('button', { name: 'Account' }))
  await user.click(await screen.findByRole('button', { name: 'Sign out', hidden: true }))
  expect(await screen.findByLabelText('Password')).toBeVisible()
  await vi.waitFor(() => expect(address()).toMatch(/^\/signin/))
  expect(here.backend.state.who).toBeNull()
})
