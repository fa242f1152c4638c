import { expect, test } from 'vitest'
import { isAnswer, isAway, isChange, isPicture, isTaken, isTurn, madeOld, notAScreen, ownerOf } from './rules'

const film = '01936f1e-0000-7000-8000-00000000000a'
const at = (path: string) => new URL(path, 'https://films.example')

test('what home, my list and a film ask for is kept', () => {
  for (const path of [
    '/api/me',
    '/api/me/profiles',
    '/api/home',
    '/api/list?limit=60',
    '/api/videos?limit=60',
    '/api/watch/continue?limit=24',
    `/api/watch/${film}`,
    `/api/movies/${film}`,
    `/api/movies/${film}/opinion`,
    `/api/movies/${film}/similar`,
    `/api/movies/${film}/recommendations`,
    '/api/collections/12',
  ])
    expect(isAnswer(at(path)), path).toBe(true)
})

test('nothing of doors, streams, uploads or the operator is kept', () => {
  for (const path of [
    '/api/auth/jwks',
    '/api/auth/sessions',
    '/api/setup',
    '/api/me/export',
    '/api/realtime',
    '/api/uploads',
    `/api/videos/${film}`,
    `/api/videos/${film}/stream`,
    '/api/watch/history',
    '/api/admin/users',
    '/api/list?limit=60&cursor=abc',
    '/media/video/segment.m4s',
    '/assets/app-1a2b.js',
  ]) {
    expect(isAnswer(at(path)), path).toBe(false)
    expect(isPicture(at(path)), path).toBe(false)
  }
})

test('posters, backdrops and stills are kept as pictures', () => {
  expect(isPicture(at(`/api/movies/${film}/images/poster-342.avif?v=1`))).toBe(true)
  expect(isPicture(at(`/api/videos/${film}/images/still`))).toBe(true)
})

test('by signing in or out, taking another profile or ending the account somebody else is here', () => {
  for (const [method, path] of [
    ['POST', '/api/auth/login'],
    ['POST', '/api/auth/logout'],
    ['POST', '/api/auth/register/confirm'],
    ['POST', '/api/setup'],
    ['POST', `/api/me/profiles/${film}/select`],
    ['DELETE', '/api/me'],
  ] as const) {
    expect(isTurn(method, at(path)), path).toBe(true)
    expect(isTaken(at(path), 200), path).toBe(true)
    expect(isTaken(at(path), 401), `${path} refused`).toBe(false)
  }
  for (const path of ['/api/me', '/api/me/profiles', '/api/list/x', `/api/watch/${film}`])
    expect(isTurn('PATCH', at(path)), path).toBe(false)
})

test('a session that is renewed is the same person’s; one that is not, has ended', () => {
  const renewing = at('/api/auth/refresh')
  expect(isTurn('POST', renewing)).toBe(true)
  expect(isTaken(renewing, 200)).toBe(false)
  expect(isTaken(renewing, 503)).toBe(false)
  expect(isTaken(renewing, 401)).toBe(true)
})

test('what is put on the list or rated makes old what is kept of it, and nothing else', () => {
  expect(isChange(at(`/api/list/${film}`))).toBe(true)
  expect(madeOld(at(`/api/list/${film}`))).toEqual(['/api/list', '/api/home', `/api/movies/${film}/opinion`])
  expect(madeOld(at(`/api/ratings/${film}`))).toEqual([`/api/movies/${film}/opinion`])
  expect(madeOld(at(`/api/me/profiles/${film}`))).toEqual(['/api/me', '/api/me/profiles'])
  for (const path of [`/api/watch/${film}`, '/api/uploads', '/api/me/export', `/api/movies/${film}`])
    expect(isChange(at(path)), path).toBe(false)
})

test('another profile or another limit is somebody else; another name is not', () => {
  const ana = { user: { id: 'u', role: 'viewer' }, profile: { id: 'p', name: 'Ana', maturityLimit: null } }
  const renamed = { ...ana, profile: { ...ana.profile, name: 'Ana Paula' } }
  expect(ownerOf(renamed)).toBe(ownerOf(ana))
  for (const other of [
    { ...ana, profile: { ...ana.profile, id: 'q' } },
    { ...ana, profile: { ...ana.profile, maturityLimit: 12 } },
    { ...ana, user: { ...ana.user, id: 'v' } },
    { ...ana, user: { ...ana.user, role: 'admin' } },
  ])
    expect(ownerOf(other)).not.toBe(ownerOf(ana))
})

test('a gateway that finds no server is no answer, a server that refuses is one', () => {
  expect([502, 504].every(isAway)).toBe(true)
  expect([200, 304, 401, 404, 500, 503].some(isAway)).toBe(false)
})

test('the app’s page stands for screens alone', () => {
  const isScreen = (path: string) => !notAScreen.some((one) => one.test(path))
  for (const path of ['/', '/list', `/title/${film}`, '/apiary', '/search?q=dr.+no'])
    expect(isScreen(path), path).toBe(true)
  for (const path of ['/api', '/api/docs', '/media/x/y', '/healthz', '/metrics', '/robots.txt', '/sw.js?v=1'])
    expect(isScreen(path), path).toBe(false)
})
