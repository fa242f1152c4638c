import { useState } from 'react'
import { type Art, Picture } from './Picture'

export type PosterArt = { title: string; poster?: Art; posterUrl?: string; stillUrl?: string; blurHash?: string }

/**
 * A film's 2:3 face: its drawn poster, else a frame of the film with the title set over it, else the title alone on a
 * ground of its own hue. Always the same size, whichever it is.
 */
export function Poster({
  film,
  eager = false,
  small = false,
  sizes,
}: {
  film: PosterArt
  eager?: boolean
  small?: boolean
  sizes?: string
}) {
  const [failed, setFailed] = useState<string[]>([])
  const usable = <Src extends string | Art>(src?: Src) => (src && !failed.includes(addressOf(src)) ? src : undefined)
  const poster = usable(film.poster) ?? usable(film.posterUrl)
  const still = usable(film.stillUrl)
  const src = poster ?? still
  return (
    <div className="relative aspect-2/3 w-full overflow-hidden rounded-poster bg-raised">
      {!src && <Ground title={film.title} />}
      {src && (
        <Picture
          key={addressOf(src)}
          src={src}
          sizes={sizes}
          blurHash={film.blurHash}
          eager={eager}
          onFail={() => setFailed((before) => [...before, addressOf(src)])}
        />
      )}
      {!poster && !small && (
        <div className="absolute inset-0 flex items-end bg-linear-to-t from-black/85 via-black/25 to-transparent p-[9%]">
          <span
            aria-hidden="true"
            className="line-clamp-4 text-lg leading-[1.08] font-bold tracking-tight text-balance wrap-anywhere text-white"
          >
            {film.title}
          </span>
        </div>
      )}
      <div className="pointer-events-none absolute inset-0 edge rounded-poster" />
    </div>
  )
}

const addressOf = (src: string | Art) => (typeof src === 'string' ? src : src.url)

// Quiet two-tone grounds; a title always gets the same one. Attributes, not styles: the picture is an SVG.
const grounds = [
  ['#24414a', '#10191d'],
  ['#4a2f2a', '#1b1110'],
  ['#2c3154', '#12131f'],
  ['#47402a', '#1a170f'],
  ['#3f2a46', '#181019'],
  ['#2a4536', '#101a15'],
  ['#4a3347', '#1b131a'],
] as const

/** What stands for a film that has no picture: a ground of its own hue. */
export function Ground({ title }: { title: string }) {
  let sum = 0
  for (const letter of title) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973
  const [light, dark] = grounds[sum % grounds.length] ?? grounds[0]
  const id = `ground-${sum}`
  return (
    <svg aria-hidden="true" viewBox="0 0 2 3" preserveAspectRatio="none" className="absolute inset-0 size-full">
      <defs>
        <radialGradient id={id} cx="0.75" cy="0.15" r="1.1">
          <stop offset="0" stopColor={light} />
          <stop offset="1" stopColor={dark} />
        </radialGradient>
      </defs>
      <rect width="2" height="3" fill={`url(#${id})`} />
    </svg>
  )
}
