import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { Video } from '@/api/types'
import { useRetry } from '@/api/videos'
import { PlayIcon } from '@/ui/icons'
import { toast } from '@/ui/toast'
import { inOrder, Renditions, useNames } from './Renditions'
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
  return (
    <div className="grid gap-3">
      <p className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1 text-sm text-soft tabular-nums">
        <Words video={video} />
      </p>
      {video.renditions.length > 0 && video.status !== 'ready' && <Renditions video={video} />}
    </div>
  )
}

function Words({ video }: { video: Video }) {
  const nameOf = useNames(video)
  const percent = Math.floor(video.progress * 100)
  if (video.status === 'ready') {
    const pictures = inOrder(video.renditions.filter((one) => one.kind === 'video'))
    return (
      <>
        <span className="text-good">
          <Trans>Ready</Trans>
        </span>
        <span className="text-faint">{pictures.map(nameOf).join(' · ')}</span>
      </>
    )
  }
  if (video.playable) {
    return (
      <>
        <Link
          to="/watch/$videoId"
          params={{ videoId: video.id }}
          className="inline-flex h-8 items-center gap-1.5 rounded-full bg-accent/14 pr-3.5 pl-2.5 font-medium whitespace-nowrap text-accent transition-colors hover:bg-accent/24"
        >
          <PlayIcon size={16} />
          <Trans>Plays now</Trans>
        </Link>
        <span className="text-faint">
          <Trans>getting better, {percent}%</Trans>
        </span>
      </>
    )
  }
  if (video.status === 'uploading') return <Trans>Being sent from somewhere else</Trans>
  if (video.renditions.length > 0) return <Trans>Getting it ready, {percent}%</Trans>
  return <Trans>Looking at the file</Trans>
}
