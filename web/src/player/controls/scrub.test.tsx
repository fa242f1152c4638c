import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stepAfter, useScrub } from './scrub'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

const press = (key: string, repeat: boolean, target: EventTarget = document.body) => {
  const event = new KeyboardEvent('keydown', { key, repeat, bubbles: true, cancelable: true })
  act(() => void target.dispatchEvent(event))
  return event
}

test('a step grows with the time its key is held', () => {
  expect([0, 999, 1000, 2500, 5000, 60_000].map(stepAfter)).toEqual([10, 10, 20, 30, 60, 60])
})

test('a keyboard that repeats thirty times a second steps six times, ever further, and begins anew with the next press', () => {
  const heard = vi.fn()
  document.addEventListener('keydown', heard)
  const { result, unmount } = renderHook(() => useScrub())
  press('ArrowRight', false)
  let most = 10
  for (let i = 1; i <= 90; i++) {
    vi.advanceTimersByTime(33)
    press('ArrowRight', true)
    expect(result.current).toBeGreaterThanOrEqual(most)
    most = result.current
  }
  expect(most).toBe(30)
  expect(heard.mock.calls.length).toBeGreaterThan(15)
  expect(heard.mock.calls.length).toBeLessThan(25)
  press('ArrowLeft', false)
  expect(result.current).toBe(10)
  unmount()
  document.removeEventListener('keydown', heard)
})

test('other keys, and a slider that has the focus, repeat as they are', () => {
  renderHook(() => useScrub())
  const slider = document.body.appendChild(document.createElement('div'))
  slider.setAttribute('role', 'slider')
  for (const [key, target] of [
    ['ArrowUp', document.body],
    ['ArrowRight', slider],
  ] as const)
    for (let i = 0; i < 5; i++) expect(press(key, i > 0, target).defaultPrevented).toBe(false)
  slider.remove()
})
