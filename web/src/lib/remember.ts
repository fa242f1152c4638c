/** A small choice kept in this browser. Storage may be full or forbidden: then the choice lasts as long as the page. */
export function remember<T>(key: string, fallback: T) {
  return {
    get(): T {
      try {
        const stored = localStorage.getItem(key)
        return stored === null ? fallback : (JSON.parse(stored) as T)
      } catch {
        return fallback
      }
    },
    set(value: T) {
      try {
        localStorage.setItem(key, JSON.stringify(value))
      } catch {
        // Nothing to do: the choice still holds on this page.
      }
    },
  }
}
