import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { moments } from '@/api/moments'
import type { Thumbnail } from '@/api/thumbnails'
import type { Movie } from '@/api/types'
import { textIn } from '@/lib/inLanguage'
import { sparing } from '@/lib/sparing'
import { Picture } from '@/ui/Picture'
import { Ground } from '@/ui/Poster'
import { width } from './place'

const every = 900
const height = (width * 9) / 16

/** A film's picture, and then, one after the other and without a sound, moments of it: for whom nothing shall move, the picture. */
export function Moments({ film }: { film: Movie }) {
  const { video } = film
  const [moving] = useState(() => !sparing() && !matchMedia('(prefers-reduced-motion: reduce)').matches)
  const { data: frames = [] } = useQuery({ ...moments(video?.id ?? ''), enabled: moving && (video?.playable ?? false) })
  const [shown, setShown] = useState(-1)
  const count = frames.length
  useEffect(() => {
    if (count === 0) return
    const timer = setInterval(() => setShown((before) => (before + 1) % count), every)
    return () => clearInterval(timer)
  }, [count])
  const picture = film.backdrop ?? video?.stillUrl
  return (
    <div className="relative aspect-video w-full overflow-hidden bg-raised">
      {picture ? (
        <Picture src={picture} sizes={`${width}px`} blurHash={video?.blurHash} />
      ) : (
        <Ground title={textIn(film, '').title} />
      )}
      {frames.map((frame, place) => (
        <div
          key={frame.startTime}
          data-moment={frame.startTime}
          className={`absolute inset-0 transition-opacity ${place === shown ? 'opacity-100' : 'opacity-0'}`}
        >
          <div className="absolute" style={tileOf(frame)} />
        </div>
      ))}
    </div>
  )
}

/** One tile of a sheet, as large as fills the box. */
function tileOf({ url, x, y, width: wide, height: high }: Thumbnail) {
  const scale = Math.max(width / wide, height / high)
  return {
    width: wide,
    height: high,
    left: (width - wide * scale) / 2,
    top: (height - high * scale) / 2,
    transformOrigin: '0 0',
    transform: `scale(${scale})`,
    backgroundImage: `url("${url}")`,
    backgroundPosition: `-${x}px -${y}px`,
  }
}
