import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { VideoInsight } from '@/api/insight'
import { length } from '@/lib/time'

/** What is counted of a video, a number each. */
export function Figures({ video }: { video: VideoInsight }) {
  const { t, i18n } = useLingui()
  const {
    viewers,
    playings,
    completed,
    averageSeconds,
    durationSeconds = 0,
    startSeconds,
    stalls,
    stalledSeconds,
  } = video
  if (playings === 0) return null
  const share = (part: number, of: number) => i18n.number(of > 0 ? part / of : 0, { style: 'percent' })
  const few = (n: number) => i18n.number(n, { maximumFractionDigits: 1 })
  const seen = share(averageSeconds, durationSeconds)
  const ended = share(completed, viewers)
  const still = few(stalledSeconds / playings)
  return (
    <dl className="mb-10 grid grid-cols-[repeat(auto-fill,minmax(104px,1fr))] gap-6 tabular-nums">
      <Figure name={t`Viewers`} value={i18n.number(viewers)} />
      <Figure name={t`Playings`} value={i18n.number(playings)} />
      <Figure name={t`Saw it to the end`} value={ended} />
      <Figure name={t`Watched, on average`} value={length(averageSeconds)}>
        {durationSeconds > 0 && <Trans>{seen} of the film</Trans>}
      </Figure>
      <Figure name={t`Wait for the picture`} value={startSeconds > 0 ? t`${few(startSeconds)} s` : t`unknown`}>
        {startSeconds > 0 && <Trans>or less, in half the playings</Trans>}
      </Figure>
      <Figure name={t`Stalls per playing`} value={few(stalls / playings)}>
        <Trans>{still} s standing still</Trans>
      </Figure>
    </dl>
  )
}

function Figure({ name, value, children }: { name: string; value: string; children?: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-faint">{name}</dt>
      <dd className="mt-1">
        <span className="block text-lg font-medium">{value}</span>
        {children && <span className="block text-sm text-soft">{children}</span>}
      </dd>
    </div>
  )
}
