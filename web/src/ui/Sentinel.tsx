import { useEffect, useRef } from 'react'

/** Asks for what follows a screen before its end is seen. */
export function Sentinel({ reached }: { reached: () => void }) {
  const mark = useRef<HTMLDivElement>(null)
  const latest = useRef(reached)
  latest.current = reached
  useEffect(() => {
    if (!mark.current) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && latest.current(), {
      rootMargin: '100% 0px',
    })
    observer.observe(mark.current)
    return () => observer.disconnect()
  })
  return <div ref={mark} className="h-px" />
}
