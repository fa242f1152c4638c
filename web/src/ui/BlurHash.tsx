import { decode } from 'blurhash'
import { useEffect, useRef } from 'react'

// A blur has nine waves across at most: more points than these show nothing more of it, and cost four times as much.
const side = 16

/** A picture's blur, drawn before the picture itself is there, once it is about to be seen. */
export function BlurHash({ hash, className = '' }: { hash: string; className?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    if (!canvas.current) return
    const near = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting || !canvas.current) return
        near.disconnect()
        draw(canvas.current, hash)
      },
      { rootMargin: '50%' },
    )
    near.observe(canvas.current)
    return () => near.disconnect()
  }, [hash])
  return <canvas ref={canvas} width={side} height={side} aria-hidden="true" className={`size-full ${className}`} />
}

function draw(canvas: HTMLCanvasElement, hash: string) {
  const context = canvas.getContext('2d')
  if (!context) return
  try {
    const pixels = context.createImageData(side, side)
    pixels.data.set(decode(hash, side, side))
    context.putImageData(pixels, 0, 0)
  } catch {
    // A hash we cannot read costs the blur, not the page.
  }
}
