import { Trans, useLingui } from '@lingui/react/macro'
import type { VideoInsight } from '@/api/insight'
import { ProgressBar } from '@/ui/ProgressBar'

/** In which qualities a video is watched. */
export function Qualities({ video }: { video: VideoInsight }) {
  const { t, i18n } = useLingui()
  if (video.qualities.length === 0) return null
  return (
    <section className="border-t border-line py-8">
      <h2 className="text-lg">
        <Trans>In which quality</Trans>
      </h2>
      <p className="mt-1 mb-4 text-sm text-faint">
        <Trans>Of all that was watched.</Trans>
      </p>
      <ul className="grid max-w-[560px] gap-3 tabular-nums">
        {video.qualities.map(({ height, share }) => {
          const quality = `${height}p`
          return (
            <li key={height} className="grid grid-cols-[56px_minmax(0,1fr)_auto] items-center gap-4">
              <span className="text-soft">{quality}</span>
              <ProgressBar value={share} label={t`Watched in ${quality}`} />
              <span className="text-right text-soft">
                {i18n.number(share, { style: 'percent', maximumFractionDigits: share < 0.01 ? 1 : 0 })}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
