import { decode } from 'blurhash'
import { useEffect, useRef } from 'react'

const side = 32

/** A picture's blur, drawn at once while the picture itself is on its way. */
export function BlurHash({ hash, className = '' }: { hash: string; className?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    try {
      const pixels = context.createImageData(side, side)
      pixels.data.set(decode(hash, side, side))
      context.putImageData(pixels, 0, 0)
    } catch {
      // A hash we cannot read costs the blur, not the page.
    }
  }, [hash])
  return <canvas ref={canvas} width={side} height={side} aria-hidden="true" className={`size-full ${className}`} />
}
