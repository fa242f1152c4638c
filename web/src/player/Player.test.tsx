import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Engine, Report, Source, Start } from './engine'
import { Player, type PlayerProps } from './Player'

// No browser without Media Source Extensions can stream; the engines have the end-to-end tests. Here one stands in that
// does as it is asked and reports it, as they all must.
const opened: { start: Start; source: Source; report: Report; engine: Engine }[] = []
vi.mock('./engine', async (actual) => ({
  ...(await actual<object>()),
  openEngine: async (_: string, video: HTMLVideoElement, source: Source, start: Start, report: Report) => {
    const engine: Engine = {
      chooseRung: vi.fn((id) => report({ chosen: id })),
      chooseAudio: vi.fn((id) => report({ chosenAudio: id })),
      allow: vi.fn(),
      move: vi.fn(() => report({ trouble: null })),
      retry: vi.fn(() => report({ trouble: null })),
      destroy: vi.fn(),
    }
    opened.push({ start, source, report, engine })
    Object.defineProperty(video, 'duration', { value: 600, configurable: true })
    video.dispatchEvent(new Event('durationchange'))
    return engine
  },
}))

globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
}

const rung = (name: number, ready: [number, number][]) => ({
  id: `video/${name}`,
  name,
  height: name,
  width: (name * 16) / 9,
  bandwidth: name * 3000,
  instant: false,
  ready,
})

const addresses = (folder: string) => ({
  player: `/${folder}/player.m3u8`,
  hls: `/${folder}/playlist.m3u8`,
  dash: `/${folder}/manifest.mpd`,
})

function watch(over: Partial<PlayerProps> = {}) {
  const view = (props: Partial<PlayerProps>) => (
    <I18nProvider i18n={i18n}>
      <Player
        title="Sertão Azul"
        source={addresses('a')}
        durationSeconds={600}
        frameRate={25}
        rungs={[rung(360, [[0, 600]]), rung(720, [[0, 600]]), rung(1080, [[0, 30]])]}
        back={null}
        {...over}
        {...props}
      />
    </I18nProvider>
  )
  const { rerender, unmount } = render(view({}))
  return { again: (props: Partial<PlayerProps>) => rerender(view(props)), unmount }
}

const last = async () => {
  await waitFor(() => expect(opened.length).toBeGreaterThan(0))
  return opened[opened.length - 1] as (typeof opened)[number]
}
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name, hidden: true }))

beforeEach(() => {
  opened.length = 0
  HTMLMediaElement.prototype.play = vi.fn(async () => {})
  HTMLMediaElement.prototype.pause = vi.fn()
  HTMLMediaElement.prototype.load = vi.fn()
})

test('the quality menu names what plays now, offers each rung, and asks the engine for the chosen one', async () => {
  watch()
  const { engine, report } = await last()
  act(() => report({ offered: ['video/360', 'video/720', 'video/1080'], playing: 'video/720' }))
  expect(await screen.findByRole('button', { name: 'Auto (720p)', hidden: true, pressed: true })).toBeInTheDocument()
  press('360p')
  expect(engine.chooseRung).toHaveBeenCalledWith('video/360')
  expect(screen.getByRole('button', { name: '360p', hidden: true, pressed: true })).toBeInTheDocument()
})

test('a rung with a hole ahead is said to be being made, and may be chosen all the same', async () => {
  const { again } = watch()
  const { engine, report } = await last()
  act(() => report({ offered: ['video/360', 'video/1080'] }))
  press(/^1080p being made$/)
  expect(engine.chooseRung).toHaveBeenCalledWith('video/1080')
  again({ rungs: [rung(360, [[0, 600]]), rung(1080, [[0, 600]])] })
  expect(screen.getByRole('button', { name: '1080p', hidden: true })).toBeInTheDocument()
})

test('the file’s own picture is told from the rung made like it', async () => {
  watch({
    rungs: [rung(1080, [[0, 600]]), { ...rung(1080, []), id: 'video/source', instant: true }],
  })
  const { engine, report } = await last()
  act(() => report({ offered: ['video/1080', 'video/source'], playing: 'video/source' }))
  expect(screen.getByRole('button', { name: 'Auto (1080p)', hidden: true })).toBeInTheDocument()
  press('1080p original')
  expect(engine.chooseRung).toHaveBeenLastCalledWith('video/source')
  press('1080p')
  expect(engine.chooseRung).toHaveBeenLastCalledWith('video/1080')
})

const sound = (id: string, over: object) => ({ id, track: 1, label: id, channels: 2, default: false, ...over })
const spoken = [
  sound('audio/0-pt', { label: 'Português', default: true, role: 'dub', gainDb: -6 }),
  sound('audio/1-en', { label: 'English', track: 2, role: 'original' }),
  sound('audio/2-pt', { label: 'Português (2)', track: 3, role: 'description' }),
  sound('audio/0-pt-51', { label: 'Português 5.1', channels: 6, role: 'dub', gainDb: -2 }),
]
const choicesOf = (sounds: { id: string; label: string }[]) => sounds.map(({ id, label }) => ({ id, label }))

test('the sound menu says what each track is for', async () => {
  watch({ sounds: spoken })
  const { engine, report } = await last()
  act(() => report({ audio: choicesOf(spoken), chosenAudio: 'audio/0-pt' }))
  expect(screen.getByRole('button', { name: 'Português dubbed', hidden: true, pressed: true })).toBeInTheDocument()
  expect(screen.getByRole('button', { name: 'English original', hidden: true, pressed: false })).toBeInTheDocument()
  const names = screen
    .getAllByRole('button', { name: /^(Português|English)/, hidden: true })
    .map((one) => one.textContent)
  expect(names).toEqual([
    'Português dubbed',
    'Português 5.1 dubbed',
    'English original',
    'Português (2) audio description',
  ])
  press('Português (2) audio description')
  expect(engine.chooseAudio).toHaveBeenCalledWith('audio/2-pt')
})

test('who chose 5.1 is given it in the next film too, until stereo is chosen where there is 5.1', async () => {
  const begun = async () => {
    const { unmount } = watch({ sounds: spoken })
    const { start, report } = await last()
    act(() => report({ audio: choicesOf(spoken), chosenAudio: start.sound ?? 'audio/0-pt' }))
    opened.length = 0
    return { sound: start.sound, unmount }
  }
  const first = await begun()
  expect(first.sound).toBeUndefined()
  press('Português 5.1 dubbed')
  first.unmount()
  const second = await begun()
  expect(second.sound).toBe('audio/0-pt-51')
  press('English original') // there is no 5.1 of it to be chosen against
  second.unmount()
  const third = await begun()
  expect(third.sound).toBe('audio/0-pt-51')
  press('Português dubbed')
  third.unmount()
  const fourth = await begun()
  expect(fourth.sound).toBeUndefined()
  fourth.unmount()
})

test('evening out the volume can be switched off, and that is remembered', async () => {
  const { unmount } = watch({ sounds: spoken })
  await last()
  press('Even out volume')
  expect(screen.getByRole('button', { name: 'Even out volume', hidden: true, pressed: false })).toBeInTheDocument()
  expect(JSON.parse(localStorage.getItem('kk.sound') ?? '')).toMatchObject({ even: false })
  press('Even out volume')
  expect(JSON.parse(localStorage.getItem('kk.sound') ?? '')).toMatchObject({ even: true })
  unmount()
})

test('of a film that is not measured nothing is said of volume', async () => {
  watch({ sounds: [sound('audio/0-pt', { default: true })] })
  await last()
  expect(screen.queryByRole('button', { name: 'Even out volume', hidden: true })).toBeNull()
})

test('automatic quality starts and stays among rungs without a hole ahead', async () => {
  const { again } = watch()
  const { start, engine } = await last()
  // jsdom has no layout, so the screen is nought lines tall: the shortest ready rung is enough for it.
  expect(start.allowed).toEqual(new Set(['video/360']))
  again({ rungs: [rung(360, [[0, 10]]), rung(720, [[0, 600]])] })
  await waitFor(() => expect(engine.allow).toHaveBeenLastCalledWith(new Set(['video/720'])))
})

test('sound is offered only where there is something to choose', async () => {
  watch()
  const { engine, report } = await last()
  act(() => report({ audio: [{ id: '0', label: 'Português' }] }))
  expect(screen.queryByRole('button', { name: 'Português', hidden: true })).not.toBeInTheDocument()
  act(() =>
    report({
      audio: [
        { id: '0', label: 'Português' },
        { id: '1', label: 'English' },
      ],
      chosenAudio: '0',
    }),
  )
  press('English')
  expect(engine.chooseAudio).toHaveBeenCalledWith('1')
})

describe('subtitles and chapters', () => {
  const subtitles = [
    { id: '0-pt', language: 'pt', label: 'Português', forced: false, sdh: false, default: true, url: '/a/0-pt.vtt' },
    { id: '1-en', language: 'en', label: 'English', forced: false, sdh: true, default: false, url: '/a/1-en.vtt' },
  ]
  const chapters = [
    { title: 'A chegada', startSeconds: 0, endSeconds: 200 },
    { title: '', startSeconds: 200, endSeconds: 600 },
  ]
  const pressed = (name: string) => screen.getByRole('button', { name, hidden: true }).getAttribute('aria-pressed')
  beforeEach(() => localStorage.clear())

  test('are offered only where there are some', async () => {
    watch()
    await last()
    expect(screen.queryByRole('group', { name: 'Subtitles', hidden: true })).toBeNull()
    expect(screen.queryByRole('group', { name: 'Chapters', hidden: true })).toBeNull()
  })

  test('are off until somebody chooses, and that is remembered for the next film', async () => {
    const { unmount } = watch({ subtitles, language: 'pt' })
    await last()
    expect(pressed('Off')).toBe('true')
    expect(screen.queryByText('Delay')).toBeNull()
    press('English SDH')
    expect(pressed('English SDH')).toBe('true')
    press('150%')
    press('Delay +0.5 s')
    press('Delay +0.1 s')
    expect(screen.getByText('+0.6 s')).toBeInTheDocument()
    unmount()
    watch({ subtitles, language: 'pt' })
    expect(pressed('English SDH')).toBe('true')
    expect(pressed('150%')).toBe('true')
    expect(screen.getByText('0.0 s')).toBeInTheDocument()
    press('Off')
    expect(screen.queryByText('Delay')).toBeNull()
  })

  test('chapters are listed by name or number, and part the bar where they begin', async () => {
    watch({ chapters })
    await last()
    expect(pressed('A chegada 0:00')).toBe('true')
    expect(pressed('2 3:20')).toBe('false')
    expect(document.querySelectorAll('[data-chapter]')).toHaveLength(1)
  })
})

test('a press on the bar lands where a segment begins, if that is within its pixel; a key lands exactly', async () => {
  watch()
  const { engine } = await last()
  engine.startNear = (seconds) => (seconds < 50 ? 0 : 100)
  const slider = await screen.findByRole('slider', { name: 'Position', hidden: true })
  const bar = slider.parentElement as HTMLElement
  // Ten minutes on 300 pixels: of each, two seconds.
  bar.getBoundingClientRect = () => new DOMRect(0, 0, 300, 24)
  Object.defineProperty(bar, 'clientWidth', { value: 300 })
  bar.setPointerCapture = bar.releasePointerCapture = () => {}
  const video = document.querySelector('video') as HTMLVideoElement
  Object.defineProperty(video, 'readyState', { value: 4, configurable: true })
  const pressed = (pixel: number) => {
    const at = { clientX: pixel, clientY: 12, pointerId: 1, buttons: 1 }
    fireEvent.pointerDown(bar, at)
    fireEvent.pointerUp(bar, at)
    return video.currentTime
  }
  expect(pressed(50.8)).toBeCloseTo(100.05)
  expect(pressed(70)).toBeCloseTo(140)
  expect(pressed(0.5)).toBeCloseTo(0.05)
  fireEvent.keyDown(slider, { key: 'ArrowRight' })
  expect(video.currentTime).toBeCloseTo(5)
})

test('what went wrong is said plainly, and trying again asks the engine', async () => {
  watch()
  const { engine, report } = await last()
  act(() => report({ trouble: 'media', cause: 'fragLoadError, video/360/seg-1.m4s, 404' }))
  expect(screen.getByRole('alert')).toHaveTextContent('The picture stopped')
  expect(screen.getByRole('alert')).not.toHaveTextContent('fragLoadError')
  press('Details')
  expect(screen.getByRole('alert')).toHaveTextContent('fragLoadError, video/360/seg-1.m4s, 404')
  press('Try again')
  expect(engine.retry).toHaveBeenCalledOnce()
  expect(screen.queryByRole('alert')).not.toBeInTheDocument()
})

describe('a server that went away', () => {
  const pass = (milliseconds: number) => act(async () => vi.advanceTimersByTime(milliseconds))
  const playing = () => {
    const video = document.querySelector('video') as HTMLVideoElement
    Object.defineProperty(video, 'paused', { value: false, configurable: true })
    return {
      to: (readyState: number) =>
        act(async () => {
          Object.defineProperty(video, 'readyState', { value: readyState, configurable: true })
          video.dispatchEvent(new Event(readyState < 3 ? 'waiting' : 'playing'))
        }),
    }
  }
  const quiet = () => screen.queryByText('Reconnecting…')
  afterEach(() => void vi.useRealTimers())

  test('is asked for quietly at first, and said to be lost only after 20 seconds without a picture', async () => {
    watch()
    const { engine, report } = await last()
    vi.useFakeTimers()
    await playing().to(2)
    act(() => report({ trouble: 'network' }))
    expect(quiet()).toBeNull()
    await pass(1100)
    expect(quiet()).toBeVisible()
    await pass(18_000)
    expect(screen.queryByRole('alert')).not.toBeInTheDocument()
    await pass(1000)
    expect(screen.getByRole('alert')).toHaveTextContent('The connection dropped')
    expect(quiet()).toBeNull()
    press('Try again')
    expect(engine.retry).toHaveBeenCalledOnce()
    expect(screen.queryByRole('alert')).not.toBeInTheDocument()
  })

  test('and came back leaves no trace', async () => {
    watch()
    const { report } = await last()
    vi.useFakeTimers()
    await playing().to(2)
    act(() => report({ trouble: 'network' }))
    await pass(15_000)
    act(() => report({ trouble: null }))
    expect(quiet()).toBeNull()
    act(() => report({ trouble: 'network' }))
    await pass(15_000)
    expect(screen.queryByRole('alert')).not.toBeInTheDocument()
  })

  test('does not cover a film that plays on from what is buffered', async () => {
    watch()
    const { report } = await last()
    vi.useFakeTimers()
    const { to } = playing()
    await to(4)
    act(() => report({ trouble: 'network' }))
    await pass(25_000)
    expect(screen.queryByRole('alert')).not.toBeInTheDocument()
    expect(quiet()).toBeVisible()
    await to(2)
    expect(screen.getByRole('alert')).toHaveTextContent('The connection dropped')
  })
})

test('a lost network that comes back needs no press', async () => {
  watch()
  const { engine, report } = await last()
  act(() => report({ trouble: 'network' }))
  act(() => void dispatchEvent(new Event('online')))
  expect(engine.retry).toHaveBeenCalledOnce()
})

test('addresses that ran out are renewed without a word, and what plays goes on', async () => {
  const renew = vi.fn()
  const { again } = watch({ onExpired: renew, startAt: 5 })
  const { report, engine, start } = await last()
  expect(start.at).toBe(5)
  act(() => report({ trouble: 'expired' }))
  expect(renew).toHaveBeenCalledOnce()
  expect(screen.queryByRole('alert')).not.toBeInTheDocument()
  expect(screen.queryByText('Reconnecting…')).toBeNull()
  again({ source: addresses('b') })
  await waitFor(() => expect(engine.move).toHaveBeenCalledExactlyOnceWith(addresses('b')))
  expect(opened).toHaveLength(1)
  expect(engine.destroy).not.toHaveBeenCalled()
})

test('renewal that fails is asked for again until it is done', async () => {
  const renew = vi.fn()
  watch({ onExpired: renew })
  const { report } = await last()
  vi.useFakeTimers()
  try {
    act(() => report({ trouble: 'expired' }))
    await act(async () => vi.advanceTimersByTime(11_000))
    expect(renew).toHaveBeenCalledTimes(3)
    act(() => report({ trouble: null }))
    await act(async () => vi.advanceTimersByTime(11_000))
    expect(renew).toHaveBeenCalledTimes(3)
  } finally {
    vi.useRealTimers()
  }
})

test('the next film is as loud and as fast as the last one was left', async () => {
  const { unmount } = watch()
  await last()
  const video = document.querySelector('video') as HTMLVideoElement
  video.volume = 0.3
  fireEvent.volumeChange(video)
  press('1.5×')
  fireEvent.rateChange(video)
  unmount()
  watch()
  await waitFor(() => expect(opened).toHaveLength(2))
  const next = document.querySelector('video') as HTMLVideoElement
  expect(next.volume).toBe(0.3)
  expect(next.playbackRate).toBe(1.5)
})

test('the controls leave three seconds after the last movement, and stay while paused', async () => {
  watch()
  await last()
  vi.useFakeTimers()
  try {
    const video = document.querySelector('video') as HTMLVideoElement
    // The store speaks in batches, a microtask later.
    const pass = (milliseconds: number) => act(async () => vi.advanceTimersByTime(milliseconds))
    const playing = async (is: boolean) => {
      Object.defineProperty(video, 'paused', { value: !is, configurable: true })
      await act(async () => void video.dispatchEvent(new Event(is ? 'play' : 'pause')))
    }
    const gone = () => document.querySelector('[inert]') !== null
    await playing(true)
    await pass(2900)
    expect(gone()).toBe(false)
    await pass(200)
    expect(gone()).toBe(true)
    act(() => void document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Shift' })))
    await pass(10)
    expect(gone()).toBe(false)
    await playing(false)
    await pass(60_000)
    expect(gone()).toBe(false)
  } finally {
    vi.useRealTimers()
  }
})

/** The element is at a moment, as it would be after playing up to there. */
async function at(seconds: number, ended = false) {
  const video = document.querySelector('video') as HTMLVideoElement
  Object.defineProperty(video, 'currentTime', { value: seconds, configurable: true, writable: true })
  Object.defineProperty(video, 'ended', { value: ended, configurable: true })
  await act(async () => {
    for (const event of ['play', 'playing', 'timeupdate', ...(ended ? ['ended'] : [])])
      video.dispatchEvent(new Event(event))
  })
  return video
}

describe('the next film', () => {
  test('is offered when the credits roll, and not to who watches them', async () => {
    const go = vi.fn()
    watch({ next: { title: 'Mar Alto', go } })
    await last()
    await at(500)
    expect(screen.queryByRole('region', { name: 'Next film' })).not.toBeInTheDocument()
    await at(575)
    expect(await screen.findByRole('region', { name: 'Next film' })).toHaveTextContent('Mar Alto')
    press('Watch the credits')
    expect(screen.queryByRole('region', { name: 'Next film' })).not.toBeInTheDocument()
    await at(600, true)
    expect(screen.queryByRole('region', { name: 'Next film' })).not.toBeInTheDocument()
    await at(100)
    await at(580)
    fireEvent.click(await screen.findByRole('button', { name: 'Play now' }))
    expect(go).toHaveBeenCalledOnce()
  })

  test('begins by itself ten seconds after the end, unless somebody stays', async () => {
    const go = vi.fn()
    const { unmount } = watch({ next: { title: 'Mar Alto', go } })
    await last()
    vi.useFakeTimers({ shouldAdvanceTime: true })
    try {
      await at(600, true)
      expect(await screen.findByText('Next in 10 s')).toBeInTheDocument()
      await act(async () => void (await vi.advanceTimersByTimeAsync(9_000)))
      expect(go).not.toHaveBeenCalled()
      await act(async () => void (await vi.advanceTimersByTimeAsync(2_000)))
      expect(go).toHaveBeenCalledOnce()
      unmount()

      go.mockClear()
      watch({ next: { title: 'Mar Alto', go } })
      await waitFor(() => expect(opened).toHaveLength(2))
      await at(600, true)
      fireEvent.click(await screen.findByRole('button', { name: 'Stay here' }))
      await act(async () => void (await vi.advanceTimersByTimeAsync(20_000)))
      expect(go).not.toHaveBeenCalled()
    } finally {
      vi.useRealTimers()
    }
  })
})

test('c takes the subtitles away and brings back those that were shown', async () => {
  const words = (id: string, label: string) => ({
    id,
    label,
    language: id,
    url: `/${id}.vtt`,
    sdh: false,
    forced: false,
    default: false,
  })
  watch({ subtitles: [words('pt-BR', 'Português'), words('en', 'English')] })
  await last()
  const on = (name: string) => screen.queryByRole('button', { name, hidden: true, pressed: true })
  press('English')
  expect(on('English')).toBeInTheDocument()
  fireEvent.keyDown(document.body, { key: 'c', code: 'KeyC' })
  await waitFor(() => expect(on('English')).not.toBeInTheDocument())
  fireEvent.keyDown(document.body, { key: 'c', code: 'KeyC' })
  await waitFor(() => expect(on('English')).toBeInTheDocument())
  press('Off')
})

describe('the system around the page', () => {
  afterEach(() => vi.unstubAllGlobals())

  test('knows what plays and how far it is, and its keys are obeyed', async () => {
    const handlers = new Map<string, ((details: object) => void) | null>()
    const session = {
      metadata: null as { title: string } | null,
      playbackState: 'none',
      setActionHandler: (name: string, handler: ((details: object) => void) | null) => {
        if (name === 'seekto') throw new TypeError('not known here')
        handlers.set(name, handler)
      },
      setPositionState: vi.fn(),
    }
    Object.defineProperty(navigator, 'mediaSession', { value: session, configurable: true })
    vi.stubGlobal(
      'MediaMetadata',
      class {
        title: string
        constructor({ title }: { title: string }) {
          this.title = title
        }
      },
    )
    const go = vi.fn()
    const { unmount } = watch({ posterUrl: '/still.jpg', next: { title: 'Mar Alto', go } })
    await last()
    const video = await at(100)
    expect(session.metadata?.title).toBe('Sertão Azul')
    Object.defineProperty(video, 'paused', { value: false, configurable: true })
    await at(120)
    expect(session.playbackState).toBe('playing')
    expect(session.setPositionState).toHaveBeenLastCalledWith({ duration: 600, playbackRate: 1, position: 120 })
    await act(async () => handlers.get('pause')?.({}))
    expect(video.pause).toHaveBeenCalled()
    await act(async () => handlers.get('nexttrack')?.({}))
    expect(go).toHaveBeenCalledOnce()
    unmount()
    expect([...handlers.values()].every((handler) => handler === null)).toBe(true)
    expect(session.metadata).toBeNull()
  })

  test('keeps its screen on while a film plays, and again once it is looked at again', async () => {
    const locks: EventTarget[] = []
    const release = vi.fn(async () => {})
    const request = vi.fn(async () => {
      const lock = Object.assign(new EventTarget(), { release })
      locks.push(lock)
      return lock
    })
    Object.defineProperty(navigator, 'wakeLock', { value: { request }, configurable: true })
    watch()
    await last()
    const video = document.querySelector('video') as HTMLVideoElement
    const paused = (is: boolean) => Object.defineProperty(video, 'paused', { value: is, configurable: true })
    expect(request).not.toHaveBeenCalled()
    paused(false)
    await at(10)
    expect(request).toHaveBeenCalledOnce()
    locks[0]?.dispatchEvent(new Event('release')) // the page went out of sight
    await act(async () => void document.dispatchEvent(new Event('visibilitychange')))
    expect(request).toHaveBeenCalledTimes(2)
    paused(true)
    await act(async () => void video.dispatchEvent(new Event('pause')))
    await waitFor(() => expect(release).toHaveBeenCalledOnce())
  })
})
