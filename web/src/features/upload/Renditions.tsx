import { useLingui } from '@lingui/react/macro'
import type { Rendition, Video } from '@/api/types'
import { length } from '@/lib/time'
import { ProgressBar } from '@/ui/ProgressBar'
import { useTimeLeft } from './usePaces'

/** A thin bar for everything made of a film, filling as its segments are, with how long the rest takes. */
export function Renditions({ video }: { video: Video }) {
  const { t } = useLingui()
  const nameOf = useNames(video)
  const timeLeft = useTimeLeft(video)
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(104px,1fr))] gap-x-4 gap-y-3">
      {inOrder(video.renditions).map((one) => {
        const name = nameOf(one)
        const whole = one.status === 'ready'
        return (
          <li key={one.id} className="grid gap-1.5">
            <ProgressBar
              value={whole ? 1 : one.progress}
              label={t`${name}, made so far`}
              tone={whole ? 'good' : 'accent'}
            />
            <p className="flex justify-between gap-2 text-sm leading-4 whitespace-nowrap tabular-nums">
              <span className={whole ? 'text-soft' : ''}>{name}</span>
              <span className="text-faint">{whole ? '' : <Left rendition={one} seconds={timeLeft(one.id)} />}</span>
            </p>
          </li>
        )
      })}
    </ul>
  )
}

function Left({ rendition, seconds }: { rendition: Rendition; seconds: number | undefined }) {
  const { t } = useLingui()
  if (seconds !== undefined) return length(seconds < 60 ? Math.max(5, Math.ceil(seconds / 5) * 5) : seconds)
  return rendition.status === 'queued' ? t`in line` : `${Math.floor(rendition.progress * 100)}%`
}

/** What people call the renditions of a film: 720p, Original, Sound. */
export function useNames(video: Video): (rendition: Rendition) => string {
  const { t } = useLingui()
  const several = video.renditions.filter((one) => one.kind === 'audio').length > 1
  return ({ kind, id, height, language, codec }) => {
    // 'und' is what files say that do not know it.
    if (kind === 'audio') return several && language && language !== 'und' ? t`Sound (${language})` : t`Sound`
    if (id === 'video/source') return t`Original`
    return codec ? `${rungOf(id, height)}p AV1` : `${rungOf(id, height)}p`
  }
}

/** "video/720" is 720 however wide the film, and so is "video/720-av1". */
const rungOf = (id: string, height = 0) => Number.parseInt(id.split('/')[1] ?? '', 10) || height

/** Above every rung there is. */
const late = 1_000_000

/** The picture first, from the smallest up, then the sound, then what is made after all else. */
export function inOrder(renditions: Rendition[]): Rendition[] {
  const rank = ({ kind, id, height = 0, codec }: Rendition) =>
    codec ? late + rungOf(id, height) : kind === 'audio' ? late : rungOf(id, height)
  return [...renditions].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))
}
