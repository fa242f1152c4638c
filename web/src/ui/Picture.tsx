import { useState } from 'react'
import { adopt } from '@/lib/given'
import { BlurHash } from './BlurHash'

/** A picture in several widths and two formats: `url` with `{width}` and `{format}` to be put in. */
export type Art = { url: string; widths: number[]; blurHash?: string }

type Props = {
  src: string | Art
  /** How wide it is shown, as an image's `sizes`: which width is loaded follows from it. */
  sizes?: string
  alt?: string
  blurHash?: string
  eager?: boolean
  /** Stands there as it comes, before any script runs. */
  painted?: boolean
  className?: string
  onFail?: () => void
}

/** An image that fades in over its blur and fills its box. The box's shape belongs to whoever places it. */
export function Picture({
  src,
  sizes,
  alt = '',
  blurHash,
  eager = false,
  painted = false,
  className = '',
  onFail,
}: Props) {
  const [loaded, setLoaded] = useState(painted)
  const art = typeof src === 'string' ? undefined : src
  const blur = art?.blurHash ?? blurHash
  const address = art ? addressOf(art, art.widths[0] ?? 0, 'webp') : String(src)
  const [given] = useState(() => (eager && !painted ? adopt(address) : undefined))
  return (
    <>
      {blur && <BlurHash hash={blur} className="absolute inset-0" />}
      {given ? (
        <div ref={given} />
      ) : (
        <picture>
          {art && <source type="image/avif" srcSet={srcSetOf(art, 'avif')} sizes={sizes} />}
          <img
            src={address}
            srcSet={art && srcSetOf(art, 'webp')}
            sizes={art && sizes}
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
        </picture>
      )}
    </>
  )
}

type Format = 'avif' | 'webp'

const addressOf = ({ url }: Art, width: number, format: Format) =>
  url.replace('{width}', String(width)).replace('{format}', format)

const srcSetOf = (art: Art, format: Format) =>
  art.widths.map((width) => `${addressOf(art, width, format)} ${width}w`).join(', ')
