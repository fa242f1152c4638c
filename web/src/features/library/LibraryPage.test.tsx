import { screen, within } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { aVideo } from '../../../test/backend'
import { aBackend, visit } from '../../../test/visit'

const here = aBackend()
beforeEach(() => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
})

const asViewer = () => {
  here.backend.state.who = { email: 'viewer@example.org', password: '', role: 'viewer' }
}

test('one playable film leads, and every film is in the grid', async () => {
  here.backend.state.videos = [
    aVideo({ id: 'a', title: 'Ainda chegando', status: 'processing' }),
    aVideo({ id: 'b', title: 'Sertão Azul', stillUrl: '/still.jpg', durationSeconds: 7860 }),
    aVideo({ id: 'c', title: 'Fever Land' }),
  ]
  visit('/')
  const hero = (await screen.findByRole('heading', { level: 1, name: 'Sertão Azul' })).closest('section') as HTMLElement
  expect(within(hero).getByRole('link', { name: 'Watch' })).toHaveAttribute('href', '/watch/b')
  expect(within(hero).getByText(/2 h 11 min/)).toBeVisible()
  const grid = screen.getByRole('region', { name: 'All films' })
  expect(within(grid).getAllByRole('listitem')).toHaveLength(3)
  expect(within(grid).getByRole('link', { name: /Fever Land/ })).toHaveAttribute('href', '/watch/c')
})

test('a film still being made shows how far it is and cannot be pressed', async () => {
  here.backend.state.videos = [aVideo({ id: 'a', title: 'Ainda chegando', status: 'processing', progress: 0.34 })]
  visit('/')
  expect(await screen.findByText('Preparing 34%')).toBeVisible()
  expect(screen.queryByRole('link', { name: /Ainda chegando/ })).not.toBeInTheDocument()
})

test('a film that plays while it is still being made says so and leads to it', async () => {
  here.backend.state.videos = [aVideo({ id: 'a', title: 'Ainda chegando', status: 'processing', playable: true })]
  visit('/')
  const grid = await screen.findByRole('region', { name: 'All films' })
  const card = within(grid).getByRole('link', { name: /Ainda chegando/ })
  expect(card).toHaveAttribute('href', '/watch/a')
  expect(card).toHaveTextContent('Plays now')
})

test('a viewer sees only what plays', async () => {
  asViewer()
  here.backend.state.videos = [
    aVideo({ id: 'a', title: 'Ainda chegando', status: 'processing' }),
    aVideo({ id: 'b', title: 'Sertão Azul' }),
  ]
  visit('/')
  expect(await screen.findByRole('link', { name: /Sertão Azul/ })).toBeVisible()
  expect(screen.queryByText('Ainda chegando')).not.toBeInTheDocument()
  expect(screen.queryByRole('link', { name: 'Upload' })).not.toBeInTheDocument()
})

test('an empty library tells an editor what to do and a viewer what to expect', async () => {
  visit('/')
  expect(await screen.findByRole('link', { name: 'Upload a film' })).toHaveAttribute('href', '/upload')
})

test('an empty library asks nothing of a viewer', async () => {
  asViewer()
  visit('/')
  expect(await screen.findByText(/No films yet/)).toBeVisible()
})

test('when the list does not load, trying again loads it', async () => {
  here.backend.state.videos = [aVideo()]
  here.server.use(http.get('*/api/videos', () => HttpResponse.json({ code: 'boom' }, { status: 500 }), { once: true }))
  const { user } = visit('/')
  expect(await screen.findByRole('alert')).toHaveTextContent('did not load')
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('heading', { level: 1, name: 'O Farol de Vidro' })).toBeVisible()
})

test('a session that ended on the server leads back to the door', async () => {
  here.backend.state.videos = [aVideo()]
  const { address } = visit('/')
  here.backend.state.who = null
  expect(await screen.findByLabelText('Password')).toBeVisible()
  expect(address()).toMatch(/^\/signin/)
})
