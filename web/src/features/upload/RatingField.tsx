import { useLingui } from '@lingui/react/macro'
import type { Age, Video } from '@/api/types'
import { useRate } from '@/api/videos'
import { toast } from '@/ui/toast'

const ages = [0, 10, 12, 14, 16, 18] as const

/** From which age a film is. Without it, no profile with a limit sees the film. */
export function RatingField({ video }: { video: Video }) {
  const { t } = useLingui()
  const rate = useRate()
  const title = video.title
  return (
    <select
      aria-label={t`Age rating of ${title}`}
      value={video.maturityRating ?? ''}
      disabled={rate.isPending}
      className="h-6 shrink-0 rounded-poster bg-ground/80 text-sm text-soft"
      style={{ fontFamily: 'inherit' }}
      onChange={({ target }) =>
        rate.mutate(
          { id: video.id, age: target.value === '' ? null : (Number(target.value) as Age) },
          { onError: () => toast(t`The rating was not saved. Try again in a moment.`) },
        )
      }
    >
      <option value="">{t`Not rated`}</option>
      {ages.map((age) => (
        <option key={age} value={age}>
          {age === 0 ? t`All ages` : t`From ${age}`}
        </option>
      ))}
    </select>
  )
}
