import sheet from './avatars.svg'

export const faces = [
  'owl',
  'comet',
  'parrot',
  'sail',
  'lantern',
  'moon',
  'kite',
  'mask',
  'star',
  'wave',
  'reel',
  'compass',
] as const

/** The round face of a profile. Decoration: its name stands beside it or names the button it is on. */
export function Avatar({
  face,
  size,
  className = '',
}: {
  face: (typeof faces)[number]
  size: number
  className?: string
}) {
  return (
    <img
      src={`${sheet}#${face}`}
      alt=""
      width={size}
      height={size}
      draggable={false}
      className={`rounded-full bg-raised ${className}`}
    />
  )
}
