import { type ReactNode, useCallback, useEffect, useId, useRef, useState } from 'react'
import { ChevronIcon } from './icons'
import { Skeleton } from './Skeleton'

/**
 * Films side by side under a title. A finger or a wheel moves them, arrow keys go from one to the next, and a pointer
 * finds arrows in the margin while there is more that way.
 */
export function Row({ title, children }: { title: ReactNode; children: ReactNode }) {
  const id = useId()
  const line = useRef<HTMLUListElement>(null)
  const [more, setMore] = useState({ back: false, on: false })
  const look = useCallback(() => {
    const { scrollLeft, scrollWidth, clientWidth } = line.current ?? { scrollLeft: 0, scrollWidth: 0, clientWidth: 0 }
    const now = { back: scrollLeft > 8, on: scrollLeft + clientWidth < scrollWidth - 8 }
    setMore((before) => (before.back === now.back && before.on === now.on ? before : now))
  }, [])
  useEffect(() => {
    look()
    if (!line.current || typeof ResizeObserver === 'undefined') return
    const watch = new ResizeObserver(look)
    watch.observe(line.current)
    return () => watch.disconnect()
  }, [look])
  const go = (way: number) => {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    line.current?.scrollBy({ left: way * line.current.clientWidth * 0.8, behavior: calm ? 'auto' : 'smooth' })
  }
  return (
    <section aria-labelledby={id} className="group/row relative min-w-0">
      <h2 id={id} className="page-x text-lg">
        {title}
      </h2>
      <ul ref={line} onScroll={look} className="row">
        {children}
      </ul>
      {more.back && <Turn back go={() => go(-1)} />}
      {more.on && <Turn go={() => go(1)} />}
    </section>
  )
}

/** For a pointer alone: keys have the films themselves. */
function Turn({ back = false, go }: { back?: boolean; go: () => void }) {
  return (
    <div
      aria-hidden="true"
      className={`absolute inset-y-0 grid place-items-center opacity-0 transition-opacity group-hover/row:opacity-100 pointer-coarse:hidden ${back ? 'left-0' : 'right-0'}`}
    >
      <button
        type="button"
        tabIndex={-1}
        onClick={go}
        className="grid h-32 w-14 place-items-center rounded-poster bg-ground/80 text-ink"
      >
        <ChevronIcon back={back} />
      </button>
    </div>
  )
}

/** A row on its way, as high as it will be. */
export function RowSkeleton({ wide = false, cards = 12 }: { wide?: boolean; cards?: number }) {
  return (
    <div className="min-w-0" aria-busy="true">
      <div className="page-x">
        <Skeleton className="h-7 w-36 rounded-poster" />
      </div>
      <div className="row overflow-hidden">
        {Array.from({ length: Math.min(cards, 12) }, (_, index) => index).map((index) => (
          <div key={index} className={wide ? 'row-still' : 'row-poster'}>
            <Skeleton className={`w-full rounded-poster ${wide ? 'aspect-video' : 'aspect-2/3'}`} />
            <Skeleton className="mt-3 h-3.5 w-[70%] rounded-full" />
            <div className="h-5.5" />
          </div>
        ))}
      </div>
    </div>
  )
}
