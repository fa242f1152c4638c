// Which lines of a grid are in the page: those on the screen, a few around them, and the one that has the focus.
import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual'
import { type FocusEvent, type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'

/** Cards from one to before another; with a height, their place alone. */
export type Part = { from: number; to: number; height: number }

type Shape = {
  columns: number
  /** From the top of one line to that of the next, and what of it is the gap between them. */
  pitch: number
  gap: number
  /** How far down the page the first line is. */
  top: number
}

/** How many cards stand there before it is known how many fit. */
const atFirst = 60
const around = 2

export function useLines(count: number): {
  list: RefObject<HTMLUListElement | null>
  onFocus: (event: FocusEvent) => void
  onBlur: () => void
  parts: Part[]
} {
  const list = useRef<HTMLUListElement>(null)
  const shape = useShape(list)
  const focused = useRef(-1)
  const { columns = 1, pitch = 0, gap = 0, top = 0 } = shape ?? {}
  const lines = Math.ceil(count / columns)
  const virtual = useWindowVirtualizer({
    enabled: shape !== undefined && shape !== null,
    count: lines,
    estimateSize: () => pitch,
    overscan: around,
    scrollMargin: top,
    // Whoever walks by keys and looks elsewhere finds their place again.
    rangeExtractor: useCallback((range: Range) => {
      const shown = defaultRangeExtractor(range)
      const held = focused.current
      return held < 0 || held >= range.count || shown.includes(held) ? shown : [...shown, held].sort((a, b) => a - b)
    }, []),
  })
  useLayoutEffect(() => {
    if (pitch > 0) virtual.measure()
  }, [virtual, pitch])

  const onFocus = useCallback(
    ({ target }: FocusEvent) => {
      const card = target.closest('li')
      if (!card || !list.current || pitch === 0) return
      focused.current = Math.round((card.offsetTop - list.current.offsetTop) / pitch)
    },
    [pitch],
  )
  const onBlur = useCallback(() => {
    focused.current = -1
  }, [])

  if (!shape)
    return {
      list,
      onFocus,
      onBlur,
      parts: [{ from: 0, to: shape === null ? count : Math.min(count, atFirst), height: 0 }],
    }
  return {
    list,
    onFocus,
    onBlur,
    parts: partsOf(
      virtual.getVirtualItems().map(({ index }) => index),
      { lines, columns, pitch, gap, count },
    ),
  }
}

/** The lines that are in the page, and between them how high the others are. */
export function partsOf(
  shown: number[],
  { lines, columns, pitch, gap, count }: { lines: number; columns: number; pitch: number; gap: number; count: number },
): Part[] {
  const parts: Part[] = []
  let next = 0
  const leave = (until: number) => {
    if (until > next) parts.push({ from: next * columns, to: until * columns, height: (until - next) * pitch - gap })
    next = until
  }
  for (const line of shown) {
    leave(line)
    parts.push({ from: line * columns, to: Math.min(count, (line + 1) * columns), height: 0 })
    next = line + 1
  }
  leave(lines)
  return parts
}

/** What the style makes of the grid here; undefined until it was measured, null where there is no layout. */
function useShape(list: RefObject<HTMLUListElement | null>): Shape | null | undefined {
  const [shape, setShape] = useState<Shape | null>()
  useLayoutEffect(() => {
    const grid = list.current
    if (!grid) return
    const measure = () => {
      const card = grid.querySelector('li:not([aria-hidden])')
      if (grid.clientWidth === 0 || !card) return setShape((before) => before ?? null)
      const style = getComputedStyle(grid)
      const columns = style.gridTemplateColumns.split(' ').length
      const gap = Number.parseFloat(style.rowGap) || 0
      const pitch = card.getBoundingClientRect().height + gap
      const top = grid.getBoundingClientRect().top + scrollY
      setShape((before) =>
        before?.columns === columns && before.pitch === pitch && before.top === top
          ? before
          : { columns, pitch, gap, top },
      )
    }
    measure()
    if (typeof ResizeObserver === 'undefined') return
    const watch = new ResizeObserver(measure)
    watch.observe(grid)
    return () => watch.disconnect()
  }, [list])
  return shape
}
