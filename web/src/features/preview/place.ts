type Box = { left: number; top: number; width: number; height: number }

/** How wide an opened card is, with room for three things to do in either language. */
export const width = 336
const margin = 12

/** Where a card opens: over its own middle, and whole on the screen. */
export function placeOver(card: Box, height: number, screenWide: number, screenHigh: number) {
  const within = (start: number, size: number, room: number) =>
    Math.round(Math.max(margin, Math.min(start, room - size - margin)))
  return {
    left: within(card.left + (card.width - width) / 2, width, screenWide),
    top: within(card.top + (card.height - height) / 2, height, screenHigh),
  }
}
