import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'

/** Pixels that nobody scrolled on purpose. */
const near = 8

/**
 * Lets cards of one width glide to their places when their order changes, instead of jumping: each begins where it was.
 * Nothing moves for whoever asked for that. A row that stood at its start does so still: what came to the front is seen.
 */
export function useGlide(box: RefObject<HTMLElement | null>, order: readonly string[]) {
  const before = useRef<readonly string[]>([])
  const scrolled = useRef(0)
  const shown = order.length > 0
  useEffect(() => {
    const line = shown && box.current?.querySelector('ul')
    if (!line) return
    const note = () => {
      scrolled.current = line.scrollLeft
    }
    line.addEventListener('scroll', note)
    return () => line.removeEventListener('scroll', note)
  }, [box, shown])
  const now = order.join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the order is what its ids say, in whichever array.
  useLayoutEffect(() => {
    const was = before.current
    before.current = order
    const line = box.current?.querySelector('ul')
    // A browser that holds on to the card that stood first would scroll to where that is now.
    if (line && scrolled.current < near) line.scrollLeft = 0
    const cards = [...(box.current?.querySelectorAll<HTMLElement>('li') ?? [])]
    const [first, second] = cards
    if (was.length === 0 || !first?.animate || matchMedia('(prefers-reduced-motion: reduce)').matches) return
    const pitch = second ? second.offsetLeft - first.offsetLeft : first.offsetWidth
    cards.forEach((card, place) => {
      const from = was.indexOf(order[place] ?? '')
      const frames =
        from < 0
          ? [{ opacity: 0 }, {}]
          : [{ transform: `translateX(${(from - place) * pitch}px)` }, { transform: 'none' }]
      if (from !== place) card.animate(frames, { duration: 180, easing: 'cubic-bezier(0.2, 0, 0, 1)' })
    })
  }, [now])
}
