import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { Rendition, Video } from '@/api/types'
import { useRetry } from '@/api/videos'
import { ProgressBar } from '@/ui/ProgressBar'
import { toast } from '@/ui/toast'
import { RowAction } from './RowAction'
import { whyFailed } from './words'

/** How far the server has come with a film: what plays, what is still being made, or why it is not. */
export function FilmState({ video }: { video: Video }) {
  const { t, i18n } = useLingui()
  const retry = useRetry()
  if (video.status === 'failed') {
    return (
      <div className="flex flex-wrap items-center gap-x-3">
        <p className="text-sm text-bad">{whyFailed(video.error, i18n._.bind(i18n))}</p>
        <RowAction
          disabled={retry.isPending}
          onClick={() =>
            retry.mutate(video.id, { onError: () => toast(t`It did not start again. Try again in a moment.`) })
          }
        >
          <Trans>Try again</Trans>
        </RowAction>
      </div>
    )
  }
  const rungs = rungsOf(video)
  return (
    <div className="grid gap-2">
      <p className="flex min-h-6 flex-wrap items-center gap-x-3 text-sm text-soft tabular-nums">
        <Words video={video} rungs={rungs} />
      </p>
      {rungs.length > 0 && video.status !== 'ready' && <Rungs rungs={rungs} />}
    </div>
  )
}

function Words({ video, rungs }: { video: Video; rungs: Rung[] }) {
  const percent = Math.floor(video.progress * 100)
  if (video.status === 'ready') {
    return (
      <>
        <span className="text-good">
          <Trans>Ready</Trans>
        </span>
        <span className="text-faint">{rungs.map((rung) => rung.name).join(' · ')}</span>
      </>
    )
  }
  if (video.playable) {
    return (
      <>
        <Link
          to="/watch/$videoId"
          params={{ videoId: video.id }}
          className="rounded-poster font-medium whitespace-nowrap text-accent transition-colors hover:text-ink"
        >
          <Trans>Plays now ▸</Trans>
        </Link>
        <span className="text-faint">
          <Trans>getting better, {percent}%</Trans>
        </span>
      </>
    )
  }
  if (video.status === 'uploading') return <Trans>Being sent from somewhere else</Trans>
  if (rungs.length > 0) return <Trans>Getting it ready, {percent}%</Trans>
  return <Trans>Looking at the file</Trans>
}

/** Five thin bars at most, one a rung, filling as its segments are made. */
function Rungs({ rungs }: { rungs: Rung[] }) {
  const { t } = useLingui()
  return (
    <ul className="flex gap-2">
      {rungs.map(({ id, name, status, progress }) => (
        <li key={id} className="grid flex-1 gap-1">
          <ProgressBar
            value={status === 'ready' ? 1 : progress}
            label={t`${name}p, made so far`}
            tone={status === 'ready' ? 'good' : 'accent'}
          />
          <span className="text-sm leading-4 text-faint tabular-nums">{name}</span>
        </li>
      ))}
    </ul>
  )
}

type Rung = Rendition & { name: number }

/** The picture's renditions, smallest first, by what people call them: "video/720" is 720 however wide the film. */
function rungsOf(video: Video): Rung[] {
  return video.renditions
    .filter((one) => one.kind === 'video')
    .map((one) => ({ ...one, name: Number(one.id.split('/')[1]) || (one.height ?? 0) }))
    .sort((a, b) => a.name - b.name)
}
