import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { i18n } from '@lingui/core'
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { expectAccessible } from '../../test/axe'
import { aBackend, visit } from '../../test/visit'
import { written } from './specimen'
import { drawsNothing, groups } from './specimens'
import { stretched } from './stretched'

const shown = groups.flatMap(({ components }) => components)

/** Components, by the files they are in. */
const files = (folder: string) =>
  readdirSync(folder)
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\./.test(name))
    .map((name) => name.replace(/\.tsx?$/, ''))

test('every component of the app is on the page', () => {
  const there = files(join(import.meta.dirname, '../ui'))
  expect(there.length).toBeGreaterThan(20)
  const listed = [...shown.map(({ file }) => file), ...Object.keys(drawsNothing)]
  expect(listed.toSorted(), 'show it in src/dev/specimens, or say in drawsNothing why there is nothing to see').toEqual(
    there.toSorted(),
  )
})

test('no specimen is shown twice under one name, and each says what makes it', () => {
  for (const { file, specimens } of shown) {
    const names = specimens.map(({ name }) => name)
    expect(new Set(names).size, file).toBe(names.length)
    expect(names.length, file).toBeGreaterThan(1)
    for (const one of specimens) expect(written(one), `${file}: ${one.name}`).not.toBe('')
  }
})

test('a specimen is written as one would write it', () => {
  const of = (file: string, name: string) => {
    const found = shown.find((one) => one.file === file)?.specimens.find((one) => one.name === name)
    return found && written(found)
  }
  expect(of('Button', 'Disabled, quiet')).toBe('<Button tone="quiet" disabled>Cancel</Button>')
  expect(of('Seen', 'In part')).toBe('<Seen share={0.4} />')
  expect(of('Poster', 'No picture')).toBe("<Poster film={{ title: 'O Farol de Vidro' }} />")
  expect(of('icons', 'Chevron, back')).toBe('<ChevronIcon back />')
  expect(of('FilmCard', 'No picture')).toMatch(/^<FilmCard film=\{\{ id: 'farol', /)
})

test('a stretched sentence is longer, and its values and elements stand where they stood', () => {
  expect(stretched('Try again')).toEqual(['⟦', 'Try áâgáâíîn', '⟧'])
  expect(stretched([['long'], ' left <0>now</0>'])).toEqual(['⟦', ['long'], ' léêft <0>nóôw</0>', '⟧'])
  expect(stretched([['count', 'plural', { one: ['a film'], other: ['#', ' films'] }]])).toEqual([
    '⟦',
    ['count', 'plural', { one: ['áâ fíîlm'], other: ['#', ' fíîlms'] }],
    '⟧',
  ])
})

aBackend()

test('the page shows every state of every component', { timeout: 60_000 }, async () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => {})
  visit('/dev/ui')
  expect(await screen.findByRole('heading', { name: 'Components' })).toBeVisible()
  const contents = within(screen.getByRole('navigation', { name: 'Contents' }))
  for (const { file, specimens } of shown) {
    const link = contents.getByRole('link', { name: file })
    const section = document.getElementById(link.getAttribute('href')?.slice(1) ?? '')
    if (!section) throw new Error(`${file} has no section`)
    for (const { name } of specimens) {
      expect(
        within(section)
          .getByRole('figure', { name: `${file}: ${name}` })
          .querySelector('.dev-stage *'),
      ).not.toBeNull()
    }
  }
  // The one that is made to break says so itself; nothing else has a complaint.
  const other = complaints.mock.calls
    .map((call) => call.map(String).join(' '))
    .filter((one) => !/Broken|specimen/.test(one))
  expect(other).toEqual([])
  await expectAccessible()
})

test('its links lead nowhere, and nothing is asked of a server', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const asked = vi.spyOn(globalThis, 'fetch')
  const { user, address } = visit('/dev/ui')
  const card = within(await screen.findByRole('figure', { name: 'FilmCard: No picture' })).getByRole('link')
  await user.hover(card)
  await user.click(card)
  expect(address()).toBe('/dev/ui')
  expect(card).toBeVisible()
  expect(asked).not.toHaveBeenCalled()
})

test('its language is chosen on it, and is the one before once the page is left', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const { user, address } = visit('/dev/ui?language=pt-BR')
  const failed = await screen.findByRole('figure', { name: 'RowFailed: In place of posters' })
  expect(await within(failed).findByText('Tentar de novo')).toBeVisible()
  await user.click(screen.getByRole('radio', { name: '⟦Streeetched⟧' }))
  expect(await within(failed).findByText('⟦Try áâgáâíîn⟧')).toBeVisible()
  expect(address()).toContain('language=stretched')
  cleanup()
  await waitFor(() => expect(i18n._('5NkTls')).not.toContain('⟦'))
  expect(i18n.locale).toBe('en')
})

test('a width puts the specimens on a screen of that width', async () => {
  visit('/dev/ui?language=en&width=390')
  const framed = await screen.findByTitle('Components, 390 pixels wide')
  expect(framed).toHaveAttribute('src', '/dev/ui?language=en&bare=true')
  expect(framed).toHaveStyle({ width: '390px' })
  expect(screen.getByRole('link', { name: 'Button' })).toHaveAttribute('href', '/dev/ui?language=en&bare=true#button')
  expect(screen.queryByRole('figure')).toBeNull()
})
