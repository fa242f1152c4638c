import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useState } from 'react'
import { Button } from '@/ui/Button'
import { PlayIcon } from '@/ui/icons'
import { Picture } from '@/ui/Picture'
import { creditsOf } from '../chapters'
import { useElement } from '../element'
import type { Chapter, Next } from '../Player'

type Props = { next: Next; chapters: readonly Chapter[]; durationSeconds: number }

/** Seconds between the end of a film and the beginning of the next. */
const countdown = 10

/**
 * Offers the next film as soon as this one's credits roll, and goes on to it some seconds after its end. Whoever wants to
 * see the credits says so once, and is left in peace until they are back in the film.
 */
export function NextTitle({ next, chapters, durationSeconds }: Props) {
  const measured = useElement((state) => state.duration)
  const from = creditsOf(chapters, measured || durationSeconds)
  const credits = useElement((state) => state.started && state.currentTime >= from)
  const ended = useElement((state) => state.ended)
  const [declined, setDeclined] = useState(false)
  useEffect(() => {
    if (!credits) setDeclined(false)
  }, [credits])
  if (!credits || declined) return null
  return <Offer next={next} ended={ended} decline={() => setDeclined(true)} />
}

function Offer({ next, ended, decline }: { next: Next; ended: boolean; decline: () => void }) {
  const { t } = useLingui()
  const { title, picture, go } = next
  const left = useCountdown(ended, go)
  return (
    <section
      aria-label={t`Next film`}
      className="absolute right-3 bottom-32 z-20 w-60 animate-appear overflow-hidden rounded-panel border border-line bg-raised text-white"
    >
      {picture && (
        <div className="relative aspect-video max-sm:hidden">
          <Picture src={picture} sizes="320px" />
        </div>
      )}
      <div className="grid gap-3 p-4">
        <p>
          <span role="status" className="block text-sm text-soft tabular-nums">
            {ended ? <Trans>Next in {left} s</Trans> : <Trans>Next</Trans>}
          </span>
          <span className="line-clamp-2 font-medium">{title}</span>
        </p>
        <div className="flex flex-wrap gap-2">
          <Button onClick={go}>
            <PlayIcon size={18} />
            <Trans>Play now</Trans>
          </Button>
          <Button tone="quiet" onClick={decline}>
            {ended ? <Trans>Stay here</Trans> : <Trans>Watch the credits</Trans>}
          </Button>
        </div>
      </div>
    </section>
  )
}

/** Counts down to zero while it runs, and then does what it was for. */
function useCountdown(runs: boolean, then: () => void): number {
  const [left, setLeft] = useState(countdown)
  useEffect(() => {
    if (!runs) return setLeft(countdown)
    const timer = setInterval(() => setLeft((seconds) => seconds - 1), 1000)
    return () => clearInterval(timer)
  }, [runs])
  useEffect(() => {
    if (runs && left <= 0) then()
  }, [runs, left, then])
  return Math.max(0, left)
}
