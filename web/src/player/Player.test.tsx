import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Engine, Report, Source, Start } from './engine'
import { Player, type PlayerProps } from './Player'

// No browser without Media Source Extensions can stream; the engines have the end-to-end tests. Here one stands in that
// does as it is asked and reports it, as they all must.
const opened: { start: Start; source: Source; report: Report; engine: Engine }[] = []
vi.mock('./engine', async (actual) => ({
  ...(await actual<object>()),
  openEngine: async (_: string, video: HTMLVideoElement, source: Source, start: Start, report: Report) => {
    const engine: Engine = {
      chooseHeight: vi.fn((height) => report({ chosen: height })),
      chooseAudio: vi.fn((id) => report({ chosenAudio: id })),
      allowUpTo: vi.fn(),
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
  ready,
})

function watch(over: Partial<PlayerProps> = {}) {
  const view = (props: Partial<PlayerProps>) => (
    <I18nProvider i18n={i18n}>
      <Player
        title="Sertão Azul"
        source={{ hls: '/a/playlist.m3u8', dash: '/a/manifest.mpd' }}
        durationSeconds={600}
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
  act(() => report({ heights: [1080, 720, 360], playing: 720 }))
  expect(await screen.findByRole('button', { name: 'Auto (720p)', hidden: true, pressed: true })).toBeInTheDocument()
  press('360p')
  expect(engine.chooseHeight).toHaveBeenCalledWith(360)
  expect(screen.getByRole('button', { name: '360p', hidden: true, pressed: true })).toBeInTheDocument()
})

test('a rung with a hole ahead cannot be chosen until it is made', async () => {
  const { again } = watch()
  const { report } = await last()
  act(() => report({ heights: [1080, 720, 360] }))
  expect(screen.getByRole('button', { name: /^1080p/, hidden: true })).toBeDisabled()
  again({ rungs: [rung(360, [[0, 600]]), rung(1080, [[0, 600]])] })
  expect(screen.getByRole('button', { name: /^1080p/, hidden: true })).toBeEnabled()
})

test('automatic quality starts and stays below a rung with a hole ahead', async () => {
  const { again } = watch()
  const { start, engine } = await last()
  // jsdom has no layout, so the screen is nought lines tall: the shortest ready rung is enough for it.
  expect(start.upTo).toBe(360)
  again({ rungs: [rung(360, [[0, 10]]), rung(720, [[0, 600]])] })
  await waitFor(() => expect(engine.allowUpTo).toHaveBeenLastCalledWith(360))
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

test('what went wrong is said plainly, and trying again asks the engine', async () => {
  watch()
  const { engine, report } = await last()
  act(() => report({ trouble: 'network' }))
  expect(screen.getByRole('alert')).toHaveTextContent('The connection dropped')
  press('Try again')
  expect(engine.retry).toHaveBeenCalledOnce()
  expect(screen.queryByRole('alert')).not.toBeInTheDocument()
})

test('a lost network that comes back needs no press', async () => {
  watch()
  const { engine, report } = await last()
  act(() => report({ trouble: 'network' }))
  act(() => void dispatchEvent(new Event('online')))
  expect(engine.retry).toHaveBeenCalledOnce()
})

test('addresses that ran out are renewed without a word, and the film goes on where it was', async () => {
  const renew = vi.fn()
  const { again } = watch({ onExpired: renew, startAt: 5 })
  const { report, engine, start } = await last()
  expect(start.at).toBe(5)
  const video = document.querySelector('video') as HTMLVideoElement
  video.currentTime = 42
  fireEvent.timeUpdate(video)
  act(() => report({ trouble: 'expired' }))
  expect(renew).toHaveBeenCalledOnce()
  expect(screen.queryByRole('alert')).not.toBeInTheDocument()
  again({ source: { hls: '/b/playlist.m3u8', dash: '/b/manifest.mpd' } })
  await waitFor(() => expect(opened).toHaveLength(2))
  expect(engine.destroy).toHaveBeenCalledOnce()
  expect(opened[1]).toMatchObject({ source: { hls: '/b/playlist.m3u8' }, start: { at: 42 } })
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
