import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { opinion, useStars } from '@/api/movies'
import { CloseIcon } from '@/ui/icons'
import { StarIcon } from '@/ui/signs'
import { toast } from '@/ui/toast'

const all = [1, 2, 3, 4, 5]

/** What somebody thinks of a film, in five stars, each worth two of the ten that are kept. Arrow keys are the browser's. */
export function Stars({ id }: { id: string }) {
  const { t } = useLingui()
  const name = useId()
  const { data } = useQuery(opinion(id))
  const rate = useStars(id)
  const given = Math.round((data?.stars ?? 0) / 2)
  const give = (stars: number) =>
    rate.mutate(stars * 2, { onError: () => toast(t`Your rating was not saved. Try again in a moment.`) })
  return (
    <fieldset disabled={!data} className="-mx-2 flex h-12 min-w-0 items-center">
      <legend className="sr-only">{t`Your rating`}</legend>
      {all.map((stars) => (
        <label
          key={stars}
          htmlFor={`${name}-${stars}`}
          className={`relative grid h-12 w-9 place-items-center rounded-poster transition-colors ${stars <= given ? 'text-accent' : 'text-faint hover:text-ink'}`}
        >
          <input
            id={`${name}-${stars}`}
            type="radio"
            name={name}
            checked={stars === given}
            onChange={() => give(stars)}
            aria-label={t`${stars} of 5 stars`}
            className="sr-only"
          />
          <StarIcon full={stars <= given} />
        </label>
      ))}
      {given > 0 && (
        <button
          type="button"
          aria-label={t`Take the rating away`}
          onClick={() => give(0)}
          className="grid size-8 place-items-center rounded-full text-faint transition-colors hover:text-ink"
        >
          <CloseIcon size={16} />
        </button>
      )}
    </fieldset>
  )
}
