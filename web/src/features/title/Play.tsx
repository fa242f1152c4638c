import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { Movie } from '@/api/types'
import { buttonClass } from '@/ui/Button'
import { PlayIcon } from '@/ui/icons'
import { Seen } from '@/ui/Seen'
import { Skeleton } from '@/ui/Skeleton'
import { RestartIcon } from '@/ui/signs'
import { shareOf, useDeviceName, useTimeLeft } from '@/ui/TimeLeft'
import { useProgress } from './useProgress'

/** What one does with a film above all: watches it, goes on with it, or takes it over from where it plays. */
export function Play({ film: { video } }: { film: Movie }) {
  if (video?.playable) return <Watch videoId={video.id} />
  return (
    <p className="mt-6 flex h-12 items-center text-soft">
      {video?.status === 'processing' || video?.status === 'uploading' ? (
        <Trans>Being prepared: it plays here in a moment.</Trans>
      ) : (
        <Trans>There is nothing of it to watch yet.</Trans>
      )}
    </p>
  )
}

/** It has a line to itself: what it says depends on what is known, and nothing may move when that comes. */
function Watch({ videoId }: { videoId: string }) {
  const { t } = useLingui()
  const timeLeft = useTimeLeft()
  const nameOf = useDeviceName()
  const { begun, elsewhere, known } = useProgress(videoId)
  const going = begun && !begun.finished ? begun : undefined
  if (!known) return <Skeleton className="mt-6 h-12 w-48 rounded-poster" />
  const device = nameOf(elsewhere)
  const left = going && timeLeft(going)
  return (
    <div className="mt-6 flex gap-3">
      <Link
        to="/watch/$videoId"
        params={{ videoId }}
        search={elsewhere === undefined ? {} : { take: true }}
        className={buttonClass('primary', 'relative h-12 min-w-0 shrink! overflow-hidden px-5')}
      >
        <PlayIcon size={20} className="shrink-0" />
        {elsewhere !== undefined ? (
          <span className="min-w-0 text-left">
            <Trans>Continue here</Trans>{' '}
            <span className="block truncate text-sm leading-4 font-normal">
              <Trans>Playing on {device}</Trans>
            </span>
          </span>
        ) : left ? (
          <span className="truncate">
            <Trans>Resume, {left}</Trans>
          </span>
        ) : begun ? (
          <Trans>Watch from the beginning</Trans>
        ) : (
          <Trans>Watch</Trans>
        )}
        {going && <Seen share={shareOf(going)} />}
      </Link>
      {going && <FromTheStart videoId={videoId} label={t`Watch from the beginning`} />}
    </div>
  )
}

/** For what was begun: all of it once more. */
export function FromTheStart({ videoId, label, small = false }: { videoId: string; label: string; small?: boolean }) {
  return (
    <Link
      to="/watch/$videoId"
      params={{ videoId }}
      search={{ again: true }}
      aria-label={label}
      title={label}
      className={buttonClass('quiet', small ? 'w-11 px-0' : 'h-12 px-3')}
    >
      <RestartIcon size={small ? 18 : 20} />
      {!small && (
        <span className="max-sm:hidden">
          <Trans>From the beginning</Trans>
        </span>
      )}
    </Link>
  )
}
