import { screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { answers, answerVisits } from '@/api/visits'
import { aBackend, visit } from '../../../test/visit'

const here = aBackend()
const asked = (name: string, value: unknown) => Object.defineProperty(navigator, name, { value, configurable: true })
let sent: Blob[]

beforeEach(() => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
  here.backend.state.visits = true
  sent = []
  asked('sendBeacon', (url: string, body: Blob) => {
    if (url === '/api/visits') sent.push(body)
    return true
  })
})
afterEach(() => {
  answers.setState({ answer: null })
  for (const name of ['globalPrivacyControl', 'sendBeacon']) asked(name, undefined)
})

const question = () => screen.findByRole('region', { name: 'May visits be counted?' })
const leave = () => window.dispatchEvent(new Event('pagehide'))
const told = () => Promise.all(sent.map(async (body) => JSON.parse(await body.text())))

test('who is asked and says no is asked no more, and nothing is sent or kept but that', async () => {
  const { user } = visit('/account')
  const card = await question()
  expect(localStorage.getItem('kk.visits')).toBeNull()
  expect(
    within(card)
      .getAllByRole('button')
      .map((one) => one.className.replace(/\s+/g, ' ')),
  ).toSatisfy(
    ([no, yes]) => no === yes, // as easy to say as the other
  )
  await user.click(within(card).getByRole('button', { name: 'No' }))
  await waitFor(() => expect(screen.queryByText(/May this server tell/)).toBeNull())
  leave()
  expect(sent).toHaveLength(0)
  expect(localStorage.getItem('kk.visits')).toBe('{"client":null}')
  expect(screen.getByRole('radio', { name: 'No' })).toBeChecked()
  await user.click(screen.getByRole('radio', { name: 'Yes' }))
  expect(localStorage.getItem('kk.visits')).toMatch(/^{"client":"[0-9a-f-]{36}"}$/)
})

test('from a yes on screens are told by their names, until it is taken back', async () => {
  const { user } = visit('/account')
  await user.click(within(await question()).getByRole('button', { name: 'Yes' }))
  await user.click(screen.getByRole('link', { name: 'Search' }))
  await user.type(await screen.findByLabelText('Search films and people'), 'matrix')
  leave()
  const [{ client, session, visits }] = await told()
  expect(client).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(session).toBeGreaterThan(0)
  expect(visits.map(({ name, screen }: { name: string; screen: string }) => `${name} ${screen}`)).toEqual([
    'page_view account',
    'page_view search',
  ])
  expect(JSON.stringify(await told())).not.toContain('matrix')
  sent = []
  answerVisits(false)
  await user.clear(screen.getByLabelText('Search films and people'))
  leave()
  expect(sent).toHaveLength(0)
  expect(localStorage.getItem('kk.visits')).not.toContain(client)
})

test('a film is begun once and seen to its end once', async () => {
  answerVisits(true)
  visit('/')
  const video = document.body.appendChild(document.createElement('video'))
  await waitFor(() => {
    video.dispatchEvent(new Event('playing'))
    leave()
    expect(sent.length).toBeGreaterThan(0)
  })
  video.dispatchEvent(new Event('playing'))
  video.dispatchEvent(new Event('ended'))
  leave()
  const names = (await told()).flatMap(({ visits }) => visits.map(({ name }: { name: string }) => name))
  expect(names.filter((name) => name.startsWith('video'))).toEqual(['video_start', 'video_complete'])
  video.remove()
})

test('nobody is asked where the server tells nobody', async () => {
  here.backend.state.visits = false
  visit('/account')
  await screen.findByRole('heading', { name: 'Account' })
  await waitFor(() => expect(here.backend.state.seen).toContain('GET /api/setup'))
  expect(screen.queryByText(/May this server tell/)).toBeNull()
  expect(screen.queryByText('Counting visits')).toBeNull()
})

test('a browser that asks for privacy has answered', async () => {
  asked('globalPrivacyControl', true)
  answerVisits(true)
  visit('/account')
  expect(await screen.findByText(/Your browser asks not to be tracked/)).toBeVisible()
  leave()
  expect(sent).toHaveLength(0)
})
