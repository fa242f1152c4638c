import '@testing-library/jest-dom/vitest'
import 'fake-indexeddb/auto'
import { cleanup, configure } from '@testing-library/react'
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
