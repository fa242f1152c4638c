import '@testing-library/jest-dom/vitest'
import 'fake-indexeddb/auto'
import { cleanup } from '@testing-library/react'
import { afterEach, beforeAll } from 'vitest'
import { speak } from '@/i18n'

// jsdom has no layout and no canvas; what the app asks of them here only needs to exist.
globalThis.IntersectionObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return []
  }
} as unknown as typeof IntersectionObserver
window.scrollTo = () => {}
HTMLCanvasElement.prototype.getContext = () => null

beforeAll(() => speak('en'))
afterEach(() => {
  cleanup()
  localStorage.clear()
})
