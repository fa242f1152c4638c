import { useState } from 'react'
import { BlurHash } from './BlurHash'

type Props = {
  src: string
  alt?: string
  blurHash?: string
  eager?: boolean
  className?: string
  onFail?: () => void
}

/** An image that fades in over its blur and fills its box. The box's shape belongs to whoever places it. */
export function Picture({ src, alt = '', blurHash, eager = false, className = '', onFail }: Props) {
  const [loaded, setLoaded] = useState(false)
  return (
    <>
      {blurHash && <BlurHash hash={blurHash} className="absolute inset-0" />}
      <img
        src={src}
        alt={alt}
        loading={eager ? 'eager' : 'lazy'}
        fetchPriority={eager ? 'high' : 'auto'}
        decoding="async"
        draggable={false}
        ref={(image) => {
          // A picture from the cache is complete before React hears its load event.
          if (image?.complete && image.naturalWidth > 0) setLoaded(true)
        }}
        onLoad={() => setLoaded(true)}
        onError={onFail}
        className={`absolute inset-0 size-full object-cover transition-opacity ${loaded ? 'opacity-100' : 'opacity-0'} ${className}`}
      />
    </>
  )
}
