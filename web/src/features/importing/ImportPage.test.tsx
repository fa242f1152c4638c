import { screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { aBackend, visit } from '../../../test/visit'
import { formatOf } from './format'

const here = aBackend()
beforeEach(() => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
})

test('how a list is written shows by its name, else by how it begins', () => {
  expect(formatOf('films.csv', '{}')).toBe('csv')
  expect(formatOf('movie.nfo', '')).toBe('nfo')
  expect(formatOf('', '\uFEFF <movie>')).toBe('nfo')
  expect(formatOf('', '  [{"title": "A"}]')).toBe('json')
  expect(formatOf('', 'title,year')).toBe('csv')
})

test('a pasted list is brought in, and what was left out is told', async () => {
  const { user } = visit('/import')
  await user.click(await screen.findByLabelText('Films as text'))
  await user.paste('[{"title": "Cidade de Deus"}, {}]')
  expect(screen.getByLabelText('Written as')).toHaveValue('json')
  await user.click(screen.getByRole('button', { name: 'Import' }))
  expect(await screen.findByText('Waiting its turn')).toBeVisible()
  Object.assign(here.backend.catalogue.state.imports[0] ?? {}, {
    status: 'done',
    total: 2,
    done: 2,
    created: 1,
    failed: 1,
    problems: [{ where: 'film 2', what: 'It has no title.' }],
  })
  expect(await screen.findByText('1 film brought in')).toBeVisible()
  expect(screen.getByText('1 left out')).toBeVisible()
  const problem = screen.getByText('It has no title.').closest('li') as HTMLElement
  expect(within(problem).getByText('film 2')).toBeVisible()
  expect(screen.getByLabelText('Films as text')).toHaveValue('')
})

test('a file is taken as it is, and more than goes in at once is said before it is sent', async () => {
  const { user } = visit('/import')
  const chooser = await screen.findByLabelText('File of films')
  await user.upload(chooser, new File(['title\nA'], 'films.csv', { type: 'text/csv' }))
  expect(await screen.findByText('films.csv · 7 B')).toBeVisible()
  const huge = new File([''], 'huge.csv', { type: 'text/csv' })
  Object.defineProperty(huge, 'size', { value: 17 << 20 })
  await user.upload(chooser, huge)
  expect(await screen.findByRole('alert')).toHaveTextContent('more than 16.8 MB')
  expect(screen.getByRole('button', { name: 'Import' })).toBeDisabled()
})

test('a viewer is told whose this is', async () => {
  here.backend.state.who = { email: 'viewer@example.org', password: '', role: 'viewer' }
  visit('/import')
  expect(await screen.findByText(/Only editors bring films in/)).toBeVisible()
})
