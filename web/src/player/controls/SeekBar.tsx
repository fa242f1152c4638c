import { useLingui } from '@lingui/react/macro'
import { Slider, TimeSlider } from '@videojs/react'
import { lazy, Suspense, useMemo } from 'react'
import type { Thumbnail } from '@/api/thumbnails'
import { sparing } from '@/lib/sparing'
import { ErrorBoundary } from '@/ui/ErrorBoundary'
import { chapterAt } from '../chapters'
import { useElement } from '../element'
import { useRequests } from '../engineContext'
import type { Chapter } from '../Player'

// Nobody waits for it.
const HeatLine = lazy(() => import('./HeatLine').then(({ HeatLine }) => ({ default: HeatLine })))

type Props = { thumbnails?: Thumbnail[]; chapters: readonly Chapter[]; durationSeconds: number; heatOf?: string }

/** The film as a line: what was played, what is ready to play, and a look at any moment under the pointer. */
export function SeekBar({ thumbnails = [], chapters, durationSeconds, heatOf }: Props) {
  const { t } = useLingui()
  const started = useElement((state) => state.started)
  const aimSeeks = useElement((state) => state.aimSeeks)
  const { startNear } = useRequests()
  const tiles = useMemo(() => thumbnails.map(({ x, y, ...tile }) => ({ ...tile, coords: { x, y } })), [thumbnails])
  return (
    <TimeSlider.Root
      label={t`Position`}
      step={5}
      onPointerUp={({ currentTarget }) => aimSeeks(landing(startNear, durationSeconds / currentTarget.clientWidth))}
      className="group/bar relative flex h-6 cursor-pointer touch-none items-center"
    >
      {heatOf && started && !sparing() && (
        <ErrorBoundary fallback={() => null}>
          <Suspense fallback={null}>
            <HeatLine videoId={heatOf} />
          </Suspense>
        </ErrorBoundary>
      )}
      <TimeSlider.Track className="relative h-1 w-full overflow-hidden rounded-full bg-white/20 transition-[height] group-data-interactive/bar:h-2">
        <Buffered durationSeconds={durationSeconds} />
        <TimeSlider.Fill className="absolute inset-y-0 left-0 w-(--media-slider-fill) bg-accent group-data-dragging/bar:w-(--media-slider-pointer)" />
        <Gaps chapters={chapters} durationSeconds={durationSeconds} />
      </TimeSlider.Track>
      <TimeSlider.Thumb className="absolute left-(--media-slider-fill) size-4 -translate-x-1/2 scale-0 rounded-full bg-accent transition-[scale] group-data-dragging/bar:left-(--media-slider-pointer) group-data-interactive/bar:scale-100 focus-visible:scale-100" />
      <TimeSlider.Preview className="pointer-events-none absolute bottom-6 grid group-has-data-heat/bar:bottom-13 justify-items-center gap-1.5 opacity-0 transition-opacity group-data-dragging/bar:opacity-100 group-data-pointing/bar:opacity-100">
        {tiles.length > 0 && (
          <Slider.Thumbnail.Root
            thumbnails={tiles}
            className="relative w-60 overflow-hidden rounded-poster edge-strong bg-raised data-hidden:hidden"
          >
            <Slider.Thumbnail.Image className="block max-w-none" />
          </Slider.Thumbnail.Root>
        )}
        <p className="flex max-w-60 gap-2 rounded-poster bg-black/80 px-2 py-0.5 text-sm font-medium text-white tabular-nums">
          {chapters.length > 0 && (
            <TimeSlider.Value
              type="pointer"
              className="truncate"
              format={(seconds) => chapterAt(chapters, seconds)?.title ?? ''}
            />
          )}
          <TimeSlider.Value type="pointer" />
        </p>
      </TimeSlider.Preview>
    </TimeSlider.Root>
  )
}

/**
 * Of a film of two hours a pixel is six seconds. Whoever presses it means any of them, and is shown a picture soonest
 * where a segment begins; a hair behind it, since its sound, in whole frames, may begin that much later.
 */
export function landing(startNear: (seconds: number) => number | undefined, pixelSeconds: number) {
  return (seconds: number) => {
    const start = startNear(seconds)
    return start !== undefined && Math.abs(start - seconds) <= pixelSeconds ? start + 0.05 : seconds
  }
}

/** Chapters part the line where they begin. */
function Gaps({ chapters, durationSeconds }: Pick<Props, 'chapters' | 'durationSeconds'>) {
  return chapters
    .filter(({ startSeconds }) => startSeconds > 0 && startSeconds < durationSeconds)
    .map(({ startSeconds }) => (
      <span
        key={startSeconds}
        data-chapter
        className="absolute inset-y-0 w-0.5 -translate-x-1/2 bg-black"
        style={{ left: `${(startSeconds / durationSeconds) * 100}%` }}
      />
    ))
}

/** The span around the playhead that is already here; spans elsewhere would only confuse. */
function Buffered({ durationSeconds }: { durationSeconds: number }) {
  const end = useElement(({ buffered, currentTime }) => {
    const span = buffered.find(([from, to]) => from <= currentTime + 0.5 && to >= currentTime)
    return span ? span[1] : 0
  })
  const duration = useElement((state) => state.duration) || durationSeconds
  return (
    <div
      className="absolute inset-0 origin-left bg-white/30"
      style={{ transform: `scaleX(${duration > 0 ? Math.min(1, end / duration) : 0})` }}
    />
  )
}
