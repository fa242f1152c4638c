import type { KeyboardEvent } from 'react'

const ways: Record<string, [across: number, down: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/**
 * Moves focus by arrow keys from one film to the one that stands beside, over or under it, as a remote does: for the
 * `onKeyDown` of whatever holds films. Where there is none that way, the key does what it always does.
 */
export function byArrows(event: KeyboardEvent<HTMLElement>): void {
  const way = ways[event.key]
  const from = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-film]') : null
  if (!way || !from || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  const films = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-film]')].filter((one) => one !== from)
  const boxes = films.map((one) => one.getBoundingClientRect())
  const next = films[beside(from.getBoundingClientRect(), boxes, way)]
  if (!next) return
  event.preventDefault()
  next.focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

type Box = { left: number; right: number; top: number; bottom: number }

/** The index of the box one comes to by going that way; -1 where there is none. */
export function beside(from: Box, boxes: Box[], [across, down]: [number, number]): number {
  let found = -1
  let least = Number.POSITIVE_INFINITY
  boxes.forEach((box, index) => {
    const right = middle(box.left, box.right) - middle(from.left, from.right)
    const under = middle(box.top, box.bottom) - middle(from.top, from.bottom)
    const sameLine = box.top < from.bottom && from.top < box.bottom
    const ahead = across ? sameLine && right * across > 1 : !sameLine && under * down > 1
    // The nearest line first, and on it whoever is most straight ahead.
    const far = across ? right * across : under * down * 1000 + Math.abs(right)
    if (!ahead || far >= least) return
    found = index
    least = far
  })
  return found
}

const middle = (from: number, to: number) => (from + to) / 2
