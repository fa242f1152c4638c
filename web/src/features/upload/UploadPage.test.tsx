import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import { put } from '@/api/videos'
import { aVideo, noPicture } from '../../../test/backend'
import { aBackend, visit } from '../../../test/visit'

const here = aBackend()
beforeEach(() => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
})

function drop(...files: File[]) {
  const dataTransfer = {
    types: ['Files'],
    items: files.map((file) => ({ kind: 'file', getAsFile: () => file })),
  }
  fireEvent.dragEnter(document.body, { dataTransfer })
  expect(screen.getByText('Drop to upload')).toBeVisible()
  fireEvent.drop(document.body, { dataTransfer })
}

test('a dropped film is sent in parts and stands in the table as a film', async () => {
  visit('/upload')
  await screen.findByText(/Nothing here yet/)
  drop(new File(['0123456789'], 'Sertao.mp4', { type: 'video/mp4' }))
  await waitFor(() => expect(here.backend.state.uploads.get('upload-1')?.status).toBe('complete'))
  expect(await screen.findByDisplayValue('Sertao.mp4')).toBeVisible()
  const parts = here.backend.state.received.get('upload-1')
  const sent = [1, 2, 3].map((number) => new TextDecoder().decode(parts?.get(number))).join('')
  expect(sent).toBe('0123456789')
})

test('what is no film is left out, and said so', async () => {
  visit('/upload')
  await screen.findByText(/Nothing here yet/)
  drop(new File(['x'], 'poster.jpg', { type: 'image/jpeg' }), new File(['x'], 'notes.txt', { type: 'text/plain' }))
  expect(await screen.findByText('2 files were left out: they are not films.')).toBeVisible()
  expect(here.backend.state.uploads.size).toBe(0)
})

test('what cannot be read is named, and the others are sent', async () => {
  const handle = (name: string, getFile: () => Promise<File>) => ({ kind: 'file', name, getFile })
  vi.stubGlobal('showOpenFilePicker', async () => [
    handle('gone.mp4', () => Promise.reject(new DOMException('gone', 'NotFoundError'))),
    handle('Sertao.mp4', async () => new File(['0123456789'], 'Sertao.mp4', { type: 'video/mp4' })),
  ])
  try {
    visit('/upload')
    await screen.findByText(/Nothing here yet/)
    fireEvent.click(screen.getByRole('button', { name: 'Choose files' }))
    expect(await screen.findByText(/^Could not be read: gone\.mp4\./)).toBeVisible()
    await waitFor(() => expect(here.backend.state.uploads.get('upload-1')?.status).toBe('complete'))
  } finally {
    vi.unstubAllGlobals()
  }
})

test('a film that plays already says so and leads to it, with a bar for all that is made of it', async () => {
  const film = aVideo({
    id: 'a',
    title: 'Sertão Azul',
    status: 'processing',
    playable: true,
    progress: 0.4,
    renditions: [
      { id: 'video/source', kind: 'video', height: 804, bandwidth: 6e6, status: 'ready', progress: 1 },
      { id: 'video/720', kind: 'video', height: 536, bandwidth: 5e6, status: 'queued', progress: 0 },
      { id: 'video/360', kind: 'video', height: 268, bandwidth: 5e5, status: 'encoding', progress: 0.25 },
      { id: 'audio/0-pt', kind: 'audio', bandwidth: 128e3, status: 'ready', progress: 1, language: 'pt' },
    ],
  })
  here.backend.state.videos = [film]
  const { queries } = visit('/upload')
  expect(await screen.findByRole('link', { name: 'Plays now' })).toHaveAttribute('href', '/watch/a')
  const bars = () =>
    screen.getAllByRole('progressbar').map((bar) => [bar.getAttribute('aria-label'), bar.getAttribute('aria-valuenow')])
  expect(bars()).toEqual([
    ['360p, made so far', '25'],
    ['720p, made so far', '0'],
    ['Original, made so far', '100'],
    ['Sound, made so far', '100'],
  ])
  const lines = screen.getAllByRole('listitem').filter((item) => !within(item).queryByRole('list'))
  expect(lines.map((line) => line.textContent)).toEqual(['360p25%', '720pin line', 'Original', 'Sound'])

  const second = {
    id: 'audio/1-en',
    kind: 'audio',
    bandwidth: 1,
    status: 'queued',
    progress: 0,
    language: 'en',
  } as const
  act(() => put(queries, { ...film, renditions: [...film.renditions, second] }))
  await waitFor(() => expect(bars().map(([name]) => name)).toContain('Sound (en), made so far'))
})

test('how long a rendition still takes is said once its own pace is known, and counts down', async () => {
  const made = (percent: number) =>
    aVideo({
      id: 'b',
      status: 'processing',
      playable: true,
      renditions: [
        {
          id: 'video/360',
          kind: 'video',
          height: 360,
          bandwidth: 5e5,
          status: 'encoding',
          progress: percent / 100,
        },
      ],
    })
  here.backend.state.videos = [made(10)]
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] })
  const { queries } = visit('/upload')
  expect(await screen.findByText('10%')).toBeVisible()
  try {
    for (const percent of [20, 40, 60]) {
      act(() => vi.advanceTimersByTime(10_000))
      here.backend.state.videos = [made(percent)]
      act(() => put(queries, made(percent)))
      await waitFor(() => expect(screen.getByRole('progressbar')).toHaveAttribute('aria-valuenow', String(percent)))
    }
    act(() => vi.advanceTimersByTime(1000))
    // Two steps are left, of ten seconds each.
    expect(screen.getByText('20 s')).toBeVisible()
    act(() => vi.advanceTimersByTime(10_000))
    expect(screen.getByText('10 s')).toBeVisible()
  } finally {
    vi.useRealTimers()
  }
})

test('a failed film says why in words and can be tried again', async () => {
  here.backend.state.videos = [aVideo({ status: 'failed', error: noPicture })]
  const { user } = visit('/upload')
  expect(await screen.findByText('This file has sound but no picture.')).toBeVisible()
  expect(screen.getByText('Upload the film itself, not its sound track.')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('Looking at the file')).toBeVisible()
})

test('a film that plays tells what of its file is lost', async () => {
  const words = { en: { sentence: 'The file promises more than it holds.', remedy: 'Copy it once more.' } }
  here.backend.state.videos = [aVideo({ marks: [{ code: 'truncated', detail: 'Only 15 s can be read.', words }] })]
  visit('/upload')
  expect(await screen.findByText('The file promises more than it holds.')).toBeVisible()
  expect(screen.getByText('Ready')).toBeVisible()
})

test('a guessed title is corrected in place', async () => {
  here.backend.state.videos = [aVideo({ title: 'sertao azul 1080p' })]
  const { user } = visit('/upload')
  const title = await screen.findByLabelText('Title')
  await user.clear(title)
  await user.type(title, 'Sertão Azul{Enter}')
  await waitFor(() => expect(here.backend.state.videos[0]?.title).toBe('Sertão Azul'))
  expect(await screen.findByDisplayValue('Sertão Azul')).toBeVisible()
})

test('a film is deleted only after being asked once', async () => {
  here.backend.state.videos = [aVideo({ title: 'Ferrugem' })]
  const { user } = visit('/upload')
  await user.click(await screen.findByRole('button', { name: 'Delete Ferrugem' }))
  expect(here.backend.state.videos).toHaveLength(1)
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Delete' }))
  expect(await screen.findByText(/Nothing here yet/)).toBeVisible()
  expect(here.backend.state.videos).toHaveLength(0)
})

test('who may not upload is told so, kindly', async () => {
  here.backend.state.who = { email: 'viewer@example.org', password: '', role: 'viewer' }
  visit('/upload')
  expect(await screen.findByText(/watches films but does not upload them/)).toBeVisible()
})

test('a film is given the age it is for', async () => {
  here.backend.state.videos = [aVideo({ id: 'a', title: 'Sertão Azul' })]
  const { user } = visit('/upload')
  await user.selectOptions(await screen.findByLabelText('Age rating of Sertão Azul'), 'From 12')
  await waitFor(() => expect(screen.getByLabelText('Age rating of Sertão Azul')).toHaveValue('12'))
  expect(here.backend.state.videos[0]?.maturityRating).toBe(12)
})
