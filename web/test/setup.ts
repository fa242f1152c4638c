import '@testing-library/jest-dom/vitest'
import 'fake-indexeddb/auto'
import { cleanup, configure } from '@testing-library/react'
import { afterEach, beforeAll, vi } from 'vitest'
import { speak } from '@/i18n'

// No WebSocket server stands behind the tests; the live channel has its own.
vi.mock('@/api/live', async (actual) => ({ ...(await actual<object>()), listen: () => () => {} }))

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
HTMLDialogElement.prototype.showModal = function () {
  this.open = true
}
HTMLDialogElement.prototype.close = function () {
  this.open = false
}

// A screen's code is loaded when it is first visited, and a busy machine takes its time over that.
configure({ asyncUtilTimeout: 8000 })

beforeAll(() => speak('en'))
afterEach(() => {
  cleanup()
  localStorage.clear()
})
