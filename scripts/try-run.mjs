// Proves `make run` as a newcomer meets it: start it, wait until it is ready, sign in,
// play a film of the demo library segment by segment over HTTP, stop it with Ctrl-C, and
// start it again, quickly this time. Uses a data folder and a port of its own.
//
//   node scripts/try-run.mjs
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const minute = 60_000
const firstStart = 30 * minute // installs, builds
const secondStart = 10_000 // 3 s on an idle machine; installing or building anything again takes longer than this
const data = mkdtempSync(join(tmpdir(), 'kkmovies-try-'))
const port = await freePort()
const base = `http://127.0.0.1:${port}`
const admin = { email: 'admin@example.com', password: 'a room that is clean enough' }

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Starts `make run` in a process group of its own, as a terminal would. */
function start() {
  const child = spawn('make', ['run'], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      KK_LISTEN: `127.0.0.1:${port}`,
      KK_DATA_DIR: data,
      KK_ADMIN_EMAIL: admin.email,
      KK_ADMIN_PASSWORD: admin.password,
    },
  })
  const run = { child, running: true }
  run.ended = new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      run.running = false
      resolve(signal ?? code)
    })
  })
  return run
}

/** Asks again and again until the answer is truthy; fails when the server ends or time is up. */
async function until(what, run, limit, ask) {
  const began = Date.now()
  let last
  while (Date.now() - began < limit) {
    if (!run.running) throw new Error(`make run ended before ${what}`)
    try {
      const answer = await ask()
      if (answer) return answer
    } catch (error) {
      last = error
    }
    await wait(50)
  }
  throw new Error(`no ${what} after ${limit / 1000} s${last ? `: ${last.message}` : ''}`)
}

const ready = async () => (await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(5_000) })).ok

async function get(path, cookie) {
  const response = await fetch(new URL(path, base), {
    headers: cookie ? { cookie } : {},
    signal: AbortSignal.timeout(minute),
  })
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
  return response
}

async function signIn() {
  const response = await fetch(`${base}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(admin),
  })
  if (!response.ok) throw new Error(`sign in: ${response.status} ${await response.text()}`)
  return response.headers.getSetCookie().map((c) => c.split(';')[0]).join('; ')
}

const linesOf = async (path) => (await (await get(path)).text()).split('\n').map((line) => line.trim())
const resolve = (path, against) => new URL(path, new URL(against, base)).pathname

/** Plays as an HLS player would: multivariant playlist, one rendition, init, segments. */
async function play(url) {
  const multivariant = await linesOf(url)
  const variant = multivariant.find((line) => line && !line.startsWith('#'))
  if (!variant) throw new Error(`no rendition in ${url}`)
  const playlistUrl = resolve(variant, url)
  const playlist = await linesOf(playlistUrl)
  const init = playlist.join('\n').match(/#EXT-X-MAP:URI="([^"]+)"/)?.[1]
  if (!init) throw new Error(`no init segment in ${playlistUrl}`)
  const initBytes = Buffer.from(await (await get(resolve(init, playlistUrl))).arrayBuffer())
  if (initBytes.toString('latin1', 4, 8) !== 'ftyp') throw new Error('the init segment is not MP4')
  const segments = playlist.filter((line) => line && !line.startsWith('#'))
  if (!playlist.includes('#EXT-X-ENDLIST') || segments.length === 0) throw new Error('the playlist is not whole')
  let bytes = 0
  for (const segment of segments) {
    const body = Buffer.from(await (await get(resolve(segment, playlistUrl))).arrayBuffer())
    if (!body.includes('moof')) throw new Error(`${segment} is not a CMAF segment`)
    bytes += body.length
  }
  return { segments: segments.length, bytes }
}

/** Ctrl-C: the terminal signals the whole group. */
async function interrupt(run) {
  process.kill(-run.child.pid, 'SIGINT')
  const outcome = await Promise.race([run.ended, wait(20_000, 'timeout', { ref: false })])
  if (outcome === 'timeout') throw new Error('it was still running 20 s after Ctrl-C')
}

const runs = []
try {
  let began = Date.now()
  runs.push(start())
  await until('readiness', runs[0], firstStart, ready)
  console.log(`try-run: ready after ${(Date.now() - began) / 1000} s, set-up included`)
  const cookie = await signIn()
  const film = await until('playable demo film', runs[0], 5 * minute, async () => {
    const { items } = await (await get('/api/videos', cookie)).json()
    return items.find((video) => video.playable)
  })
  const { playerUrl } = await (await get(`/api/videos/${film.id}/stream`, cookie)).json()
  const { segments, bytes } = await play(playerUrl)
  console.log(`try-run: "${film.title}" plays: ${segments} segments, ${bytes} bytes`)
  const page = await (await get('/')).text()
  if (!/<script[^>]+src=/.test(page)) throw new Error('the page at / is not the app')
  await interrupt(runs[0])

  began = Date.now()
  runs.push(start())
  await until('second readiness', runs[1], 5 * minute, ready)
  const took = Date.now() - began
  console.log(`try-run: the second start took ${took / 1000} s`)
  if (took > secondStart) throw new Error(`the second start took ${took} ms, more than ${secondStart}`)
  await interrupt(runs[1])
  console.log('try-run: passed')
} finally {
  for (const run of runs) if (run.running) process.kill(-run.child.pid, 'SIGKILL')
  rmSync(data, { recursive: true, force: true })
}
