import { type RefObject, useLayoutEffect, useRef } from 'react'

/**
 * Lets cards of one width glide to their places when their order changes, instead of jumping: each begins where it was.
 * Nothing moves for whoever asked for that.
 */
export function useGlide(box: RefObject<HTMLElement | null>, order: readonly string[]) {
  const before = useRef<readonly string[]>([])
  const now = order.join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the order is what its ids say, in whichever array.
  useLayoutEffect(() => {
    const was = before.current
    before.current = order
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
