import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { HttpResponse, http } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { aVideo } from '../../../test/backend'
import { aMovie, aPart, cardOf, crime } from '../../../test/catalogue'
import { aBackend, visit } from '../../../test/visit'

const here = aBackend()
const films = () => here.backend.catalogue.state
const current = aPart(aVideo({ id: 'v' }))
const asViewer = () => {
  here.backend.state.who = { email: 'viewer@example.org', password: '', role: 'viewer' }
}

beforeEach(() => {
  here.backend.state.who = here.backend.state.accounts[0] ?? null
  films().films = [
    aMovie({
      id: 'farol',
      texts: {
        'pt-BR': { title: 'O Farol de Vidro', overview: 'Um faroleiro guarda uma luz.' },
        en: { title: 'The Glass Lighthouse' },
      },
      originalTitle: 'O Farol de Vidro',
      originalLanguage: 'pt',
      directors: ['Helena Bastos'],
      genres: [crime],
      cast: [{ name: 'Inês Caldeira', character: 'Marta' }],
      trailers: [{ site: 'YouTube', key: 'k', type: 'Trailer', url: 'https://www.youtube.com/watch?v=k' }],
      video: current,
      videos: [current, aPart(aVideo({ id: 'cut' }), { part: 'edition', edition: "Director's cut" })],
    }),
  ]
})

test('a film is told in the page’s language, what is missing in another, and plays', async () => {
  asViewer()
  visit('/title/farol')
  expect(await screen.findByRole('heading', { level: 1, name: 'The Glass Lighthouse' })).toBeVisible()
  expect(screen.getByText('Um faroleiro guarda uma luz.')).toHaveAttribute('lang', 'pt-BR')
  expect(await screen.findByRole('link', { name: 'Watch' })).toHaveAttribute('href', '/watch/v')
  expect(screen.getByRole('link', { name: "Director's cut" })).toHaveAttribute('href', '/watch/cut')
  expect(screen.getByText('2021 · 2 h 11 min · Crime')).toBeVisible()
  expect(screen.getByText('March 4, 2021')).toBeVisible()
  expect(screen.getByText('Portuguese')).toBeVisible()
  expect(screen.getByRole('link', { name: 'Helena Bastos' })).toHaveAttribute('href', '/search?q=Helena+Bastos')
  const cast = screen.getByRole('region', { name: 'Cast' })
  expect(within(cast).getByRole('link', { name: /Inês Caldeira/ })).toBeVisible()
  expect(screen.queryByRole('region', { name: 'For editors' })).not.toBeInTheDocument()
  expect(here.backend.state.seen).not.toContain('GET /api/movies/farol/videos')
})

test('a trailer elsewhere opens elsewhere, and tells that site nothing of this one', async () => {
  visit('/title/farol')
  const trailer = await screen.findByRole('link', { name: /Trailer/ })
  expect(trailer).toHaveAttribute('href', 'https://www.youtube.com/watch?v=k')
  expect(trailer).toHaveAttribute('target', '_blank')
  expect(trailer).toHaveAttribute('rel', 'noopener noreferrer')
  expect(document.querySelector('iframe')).toBeNull()
})

test('a film goes on the list and comes off it; a change that was refused is taken back', async () => {
  const { user } = visit('/title/farol')
  const list = await screen.findByRole('button', { name: 'My list' })
  await waitFor(() => expect(list).toBeEnabled())
  await user.click(list)
  expect(list).toHaveAttribute('aria-pressed', 'true')
  await waitFor(() => expect(films().opinions.get('farol')?.listed).toBe(true))
  here.server.use(http.delete('*/api/list/:id', () => HttpResponse.json({}, { status: 500 }), { once: true }))
  await user.click(list)
  expect(await screen.findByText(/Your list was not changed/)).toBeVisible()
  expect(list).toHaveAttribute('aria-pressed', 'true')
})

test('a film is rated in stars, and the rating can be taken away', async () => {
  const { user } = visit('/title/farol')
  const four = await screen.findByRole('radio', { name: '4 of 5 stars' })
  await waitFor(() => expect(four).toBeEnabled())
  await user.click(four)
  await waitFor(() => expect(films().opinions.get('farol')?.stars).toBe(8))
  expect(four).toBeChecked()
  await user.click(screen.getByRole('button', { name: 'Take the rating away' }))
  await waitFor(() => expect(films().opinions.get('farol')?.stars).toBe(0))
  expect(four).not.toBeChecked()
})

test('what is like it says why; a row that does not load takes nothing with it', async () => {
  films().suggestions = [
    {
      movie: cardOf(aMovie({ id: 'outro', title: 'Sertão Azul', texts: {} })),
      reason: { code: 'director', names: ['Helena Bastos'], genres: [] },
    },
  ]
  here.server.use(
    http.get('*/api/movies/:id/recommendations', () => HttpResponse.json({}, { status: 500 }), { once: true }),
  )
  const { user } = visit('/title/farol')
  const row = await screen.findByRole('region', { name: 'Similar films' })
  expect(within(row).getByRole('link', { name: /Sertão Azul/ })).toHaveTextContent('By Helena Bastos too')
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await waitFor(() => expect(screen.queryByText('This row did not load.')).not.toBeInTheDocument())
})

test('a film with nothing to watch says so, and one that is not here too', async () => {
  films().films = [aMovie({ id: 'nothing' })]
  visit('/title/nothing')
  expect(await screen.findByText('There is nothing of it to watch yet.')).toBeVisible()
  expect(screen.queryByRole('link', { name: 'Watch' })).not.toBeInTheDocument()
})

test('a film that is not here is told plainly', async () => {
  visit('/title/gone')
  expect(await screen.findByText(/This film is not here/)).toBeVisible()
})

test('an editor changes what is told, and only what was changed is sent', async () => {
  const sent: unknown[] = []
  here.server.events.on('request:start', async ({ request }) => {
    if (request.method === 'PATCH') sent.push(await request.clone().json())
  })
  const { user } = visit('/title/farol')
  await user.click(await screen.findByRole('button', { name: 'Edit' }))
  const dialog = screen.getByRole('dialog', { name: 'Edit film' })
  await user.type(
    within(within(dialog).getByRole('group', { name: 'English' })).getByLabelText('What it is about'),
    'A light.',
  )
  await user.selectOptions(within(dialog).getByLabelText('Age rating'), 'From 16')
  await user.click(within(dialog).getByRole('button', { name: 'Save' }))
  expect(await screen.findByText('A light.')).toBeVisible()
  expect(sent).toEqual([
    {
      version: 1,
      maturityRating: 16,
      texts: {
        'pt-BR': { title: 'O Farol de Vidro', overview: 'Um faroleiro guarda uma luz.' },
        en: { title: 'The Glass Lighthouse', overview: 'A light.' },
      },
    },
  ])
})

test('of two editors the slower hears of it, sees how the film is now, and may go on', async () => {
  const { user } = visit('/title/farol')
  await user.click(await screen.findByRole('button', { name: 'Edit' }))
  const dialog = screen.getByRole('dialog', { name: 'Edit film' })
  Object.assign(films().films[0] ?? {}, { version: 2, released: '1999' })
  await user.clear(within(dialog).getByLabelText('Released'))
  await user.type(within(dialog).getByLabelText('Released'), '2001')
  await user.click(within(dialog).getByRole('button', { name: 'Save' }))
  expect(await within(dialog).findByRole('alert')).toHaveTextContent('Someone changed this film')
  expect(films().films[0]?.released).toBe('1999')
  await user.click(within(dialog).getByRole('button', { name: 'Reload' }))
  await waitFor(() => expect(within(dialog).getByLabelText('Released')).toHaveValue('1999'))
  await user.clear(within(dialog).getByLabelText('Released'))
  await user.type(within(dialog).getByLabelText('Released'), '2001')
  await user.click(within(dialog).getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(films().films[0]?.released).toBe('2001'))
})

const aFile = (name: string, type: string, content = 'picture') => new File([content], name, { type })

test('an editor gives a film a poster, and sees it before it is sent', async () => {
  URL.createObjectURL = () => 'blob:looked-at'
  URL.revokeObjectURL = () => {}
  const { user } = visit('/title/farol')
  await user.click(await screen.findByRole('button', { name: 'Pictures' }))
  const dialog = screen.getByRole('dialog', { name: 'Pictures' })
  const poster = within(dialog).getByRole('region', { name: 'Poster' })
  await user.upload(within(poster).getByLabelText('Poster'), aFile('p.jpg', 'image/jpeg'))
  expect(await within(poster).findByRole('img', { name: 'As it will look' })).toHaveAttribute('src', 'blob:looked-at')
  expect(films().films[0]?.poster).toBeUndefined()
  await user.click(within(poster).getByRole('button', { name: 'Use it' }))
  expect(await within(poster).findByText('It is the film’s now.')).toBeVisible()
  expect(films().films[0]?.poster?.url).toContain('poster-{width}')
  expect(await within(poster).findByRole('img', { name: 'As it is now' })).toBeInTheDocument()
})

test('a picture can be dropped, and one that cannot be used is refused in words, here or by the server', async () => {
  URL.createObjectURL = () => 'blob:looked-at'
  URL.revokeObjectURL = () => {}
  const { user } = visit('/title/farol')
  await user.click(await screen.findByRole('button', { name: 'Pictures' }))
  const field = within(screen.getByRole('dialog', { name: 'Pictures' })).getByRole('region', { name: 'Backdrop' })
  const drop = (file: File) => fireEvent.drop(field, { dataTransfer: { files: [file] } })
  const large = aFile('large.png', 'image/png')
  Object.defineProperty(large, 'size', { value: 50 * 1024 * 1024 })
  drop(large)
  expect(await within(field).findByRole('alert')).toHaveTextContent('This picture has 52.4 MB; 20 MB is the most.')
  drop(aFile('drawn.svg', 'image/svg+xml', '<svg><script>alert(1)</script></svg>'))
  expect(within(field).getByRole('alert')).toHaveTextContent('An SVG may hold programs')
  drop(aFile('notes.txt', 'text/plain'))
  expect(within(field).getByRole('alert')).toHaveTextContent('no picture we can use')
  expect(here.backend.state.seen.filter((one) => one.startsWith('PUT /api/movies'))).toEqual([])

  // One that only looks like a picture gets as far as the server.
  drop(aFile('p.png', 'image/png', '<svg><script>alert(1)</script></svg>'))
  await user.click(await within(field).findByRole('button', { name: 'Use it' }))
  expect(await within(field).findByRole('alert')).toHaveTextContent('no picture we can use')
  await user.click(within(field).getByRole('button', { name: 'Cancel' }))
  expect(within(field).queryByRole('alert')).not.toBeInTheDocument()
  expect(films().films[0]?.backdrop).toBeUndefined()
})

test('what comes from TMDB says so, in the words TMDB asks for', async () => {
  Object.assign(films().films[0] ?? {}, { tmdbId: 598 })
  visit('/title/farol')
  expect(await screen.findByText(/uses the TMDB API but is not endorsed or certified by TMDB/)).toBeVisible()
  expect(screen.getByRole('link', { name: 'TMDB' })).toHaveAttribute('href', 'https://www.themoviedb.org/movie/598')
})

test('what does not come from TMDB does not speak of it', async () => {
  visit('/title/farol')
  expect(await screen.findByRole('heading', { name: 'About the film' })).toBeVisible()
  expect(screen.queryByText(/TMDB API/)).not.toBeInTheDocument()
})

test('a video that was taken for the wrong film is given to the right one', async () => {
  films().films.push(aMovie({ id: 'right', title: 'O Farol', texts: {} }))
  films().candidates = [{ tmdbId: 7, title: 'The Lighthouse', released: '2019-10-18' }]
  const { user, address } = visit('/title/farol')
  const fix = await screen.findAllByRole('button', { name: /^Fix match of/ })
  await user.click(fix[0] as HTMLElement)
  const dialog = screen.getByRole('dialog', { name: 'Which film is this?' })
  await user.clear(within(dialog).getByLabelText('Title'))
  await user.type(within(dialog).getByLabelText('Title'), 'O Farol{Enter}')
  expect(await within(dialog).findByRole('button', { name: /The Lighthouse/ })).toHaveTextContent('2019 · TMDB')
  await user.click(await within(dialog).findByRole('button', { name: /^O Farol/ }))
  await waitFor(() => expect(address()).toBe('/title/right'))
})

test('without a TMDB token, what would be needed is said', async () => {
  const { user } = visit('/title/farol')
  const fix = await screen.findAllByRole('button', { name: /^Fix match of/ })
  await user.click(fix[0] as HTMLElement)
  expect(await screen.findByText(/needs a token \(KK_TMDB_TOKEN\)/)).toBeVisible()
})

test('the disk a film takes is shown, and deleting it asks what becomes of its videos', async () => {
  const { user, address } = visit('/title/farol')
  expect(await screen.findByText('It takes 6.4 GB of the disk.')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Delete' }))
  const dialog = screen.getByRole('dialog', { name: 'Delete “The Glass Lighthouse”?' })
  expect(within(dialog).getByRole('radio', { name: 'Keep it' })).toBeChecked()
  await user.click(within(dialog).getByRole('radio', { name: 'Delete it too' }))
  expect(within(dialog).getByText(/2 videos go/)).toBeVisible()
  await user.click(within(dialog).getByRole('button', { name: 'Delete' }))
  await waitFor(() => expect(address()).toBe('/'))
  expect(films().films).toEqual([])
})
