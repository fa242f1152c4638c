// Where a mouse rests, or the focus of keys: on which film's card, once it did so for a while. A finger never rests.

/** A film, and the card of it that is rested on. */
export type Rest = { id: string; card: HTMLElement }

const pause = 600
/** On the way from a card's corner into what has opened over it, a mouse may leave both. */
const grace = 150
const lead = '/title/'

function cardOf(target: EventTarget | null): Rest | undefined {
  const card = target instanceof Element ? target.closest<HTMLElement>('li') : null
  const link = card?.querySelector(`:scope > a[data-film][href^="${lead}"]`)
  return card && link
    ? { card, id: decodeURIComponent(link.getAttribute('href')?.slice(lead.length) ?? '') }
    : undefined
}

/** Tells of the card that is rested on, and when none is any more. Returns how to stop. */
export function watchRest(tell: (rest: Rest | undefined) => void): () => void {
  let open: Rest | undefined
  /** Closed by hand: it stays so until something else is pointed at. */
  let closed: HTMLElement | undefined
  let opening: ReturnType<typeof setTimeout> | undefined
  let closing: ReturnType<typeof setTimeout> | undefined

  function set(rest: Rest | undefined) {
    clearTimeout(opening)
    clearTimeout(closing)
    closing = undefined
    if (rest?.card === open?.card) return
    open = rest
    tell(rest)
  }
  function wait(rest: Rest | undefined) {
    clearTimeout(opening)
    if (rest?.card !== closed) closed = undefined
    if (rest && rest.card !== closed && rest.card !== open?.card) opening = setTimeout(() => set(rest), pause)
  }

  const on: { [Name in keyof DocumentEventMap]?: (event: DocumentEventMap[Name]) => void } = {
    pointermove(event) {
      if (event.pointerType !== 'mouse' || event.buttons > 0) return
      const rest = cardOf(event.target)
      wait(rest)
      if (!open || rest?.card === open.card) {
        clearTimeout(closing)
        closing = undefined
      } else closing ??= setTimeout(() => set(undefined), grace)
    },
    pointerdown(event) {
      clearTimeout(opening)
      if (open && cardOf(event.target)?.card !== open.card) set(undefined)
    },
    focusin(event) {
      const rest = cardOf(event.target)
      if (open && rest?.card !== open.card) set(undefined)
      if (event.target instanceof Element && event.target.matches('[data-film]:focus-visible')) wait(rest)
    },
    keydown({ key }) {
      if (key !== 'Escape') return
      closed = open?.card
      set(undefined)
    },
    scroll: () => set(undefined),
    visibilitychange: () => set(undefined),
  }
  const leave = () => set(undefined)
  const listeners = Object.entries(on) as [string, EventListener][]
  for (const [name, hear] of listeners) document.addEventListener(name, hear, { capture: true, passive: true })
  document.documentElement.addEventListener('pointerleave', leave)
  return () => {
    set(undefined)
    for (const [name, hear] of listeners) document.removeEventListener(name, hear, { capture: true })
    document.documentElement.removeEventListener('pointerleave', leave)
  }
}
