import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { heat } from '@/api/heat'

/**
 * Which parts are watched most, as a quiet curve that stands on the bar while somebody looks for one. Decoration: whoever
 * does not see it misses no way to go.
 */
export function HeatLine({ videoId }: { videoId: string }) {
  const { data } = useQuery(heat(videoId))
  const line = useMemo(() => curve(data ?? []), [data])
  if (!line) return null
  return (
    <svg
      aria-hidden="true"
      data-heat
      viewBox="0 0 100 100"
      preserveAspectRatio="none"
      className="pointer-events-none absolute inset-x-0 bottom-4 h-8 w-full text-white opacity-0 transition-opacity group-data-interactive/bar:opacity-100"
    >
      <path d={`M0 100L${line}L100 100Z`} fill="currentColor" fillOpacity="0.22" />
      <path
        d={`M${line}`}
        fill="none"
        stroke="currentColor"
        strokeOpacity="0.5"
        strokeWidth="1"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  )
}

/**
 * A line through the parts, in a square of a hundred, smoothed by their neighbours: what it says is where, and not how
 * often to the second. Nothing of no parts.
 */
export function curve(parts: readonly number[]): string {
  if (parts.length < 2) return ''
  return parts
    .map((_, place) => {
      const near = parts.slice(Math.max(0, place - 2), place + 3)
      const height = near.reduce((sum, one) => sum + one, 0) / near.length
      return `${round((place / (parts.length - 1)) * 100)} ${round(100 - 96 * Math.min(1, Math.max(0, height)))}`
    })
    .join('L')
}

const round = (value: number) => Math.round(value * 100) / 100
