import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { Video, VideoReason } from '@/api/types'
import { useRetry } from '@/api/videos'
import { PlayIcon } from '@/ui/icons'
import { toast } from '@/ui/toast'
import { inOrder, Renditions, useNames } from './Renditions'
import { RowAction } from './RowAction'
import { inWords } from './words'

/** How far the server has come with a film: what plays, what is still being made, or why it is not. */
export function FilmState({ video }: { video: Video }) {
  const { t } = useLingui()
  const retry = useRetry()
  if (video.status === 'failed') {
    return (
      <div className="flex flex-wrap items-center gap-x-3">
        {video.error && <Reason reason={video.error} tone="text-bad" />}
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
      {video.marks.map((mark) => (
        <Reason key={mark.code} reason={mark} tone="text-soft" />
      ))}
      {video.renditions.length > 0 && video.status !== 'ready' && <Renditions video={video} />}
    </div>
  )
}

/** What is the matter with a film's file, and what to do about it. */
function Reason({ reason, tone }: { reason: VideoReason; tone: string }) {
  const { i18n } = useLingui()
  const { sentence, remedy } = inWords(reason, i18n.locale)
  return (
    <p className={`text-sm ${tone}`} title={reason.detail}>
      {sentence} <span className="text-faint">{remedy}</span>
    </p>
  )
}

function Words({ video }: { video: Video }) {
  const nameOf = useNames(video)
  const percent = Math.floor(video.progress * 100)
  if (video.status === 'ready') {
    const pictures = inOrder(video.renditions.filter((one) => one.kind === 'video'))
    const whole = pictures.filter((one) => one.status === 'ready')
    const late = pictures.filter((one) => one.status !== 'ready')
    const made = Math.floor(100 * Math.min(...late.map((one) => one.progress)))
    return (
      <>
        <span className="text-good">
          <Trans>Ready</Trans>
        </span>
        <span className="text-faint">{whole.map(nameOf).join(' · ')}</span>
        {late.length > 0 && (
          <span className="text-faint">
            <Trans>AV1 being made, {made}%</Trans>
          </span>
        )}
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
