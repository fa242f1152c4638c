/** Where a cue stands: a third of the picture, a side, and how far from it. */
export type Place = { row: 'top' | 'middle' | 'bottom'; side: 'left' | 'center' | 'right'; inset: string }

type Placed = Pick<VTTCue, 'line' | 'snapToLines' | 'align' | 'position'>

/** Subtitles want one of few places; what a cue asks for is taken to the nearest. */
export function placeOf({ line, snapToLines, align, position }: Placed): Place {
  let row: Place['row'] = 'bottom'
  if (typeof line === 'number') {
    if (snapToLines) row = line >= 0 && line < 8 ? 'top' : 'bottom'
    else row = line < 34 ? 'top' : line < 67 ? 'middle' : 'bottom'
  }
  const at = typeof position === 'number' ? position : undefined
  if (align === 'left' || align === 'start') return { row, side: 'left', inset: `${Math.min(at ?? 0, 90)}%` }
  if (align === 'right' || align === 'end') return { row, side: 'right', inset: `${Math.min(100 - (at ?? 100), 90)}%` }
  return { row, side: 'center', inset: '0%' }
}
