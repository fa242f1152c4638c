import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { usePlayingElsewhere } from '@/api/watch'
import { useMarks } from '@/api/watchPlaces'
import { row, rowNow } from '@/api/watchRow'
import { Seen } from '@/ui/Seen'
import { shareOf, useTimeLeft } from '@/ui/TimeLeft'

/**
 * What the hero's button says: that a film goes on which was begun and not finished, and how much of it was seen; else
 * that it is watched. The row below asks the same, so nothing is asked twice.
 */
export function Begun({ videoId, onElsewhere }: { videoId: string; onElsewhere: (plays: boolean) => void }) {
  const { data } = useQuery(row)
  const heard = useMarks()
  const timeLeft = useTimeLeft()
  const going = data && rowNow(data, heard).find((one) => one.videoId === videoId)
  const elsewhere = usePlayingElsewhere().some((one) => one.videoId === videoId)
  useEffect(() => onElsewhere(elsewhere), [elsewhere, onElsewhere])
  if (!going) return <Trans>Watch</Trans>
  return (
    <>
      <span>
        <Trans>Resume</Trans>
        <span className="sr-only">, {timeLeft(going)}</span>
      </span>
      <Seen share={shareOf(going)} />
    </>
  )
}
