import { useLingui } from '@lingui/react/macro'
import { useOnList } from '@/api/movies'
import type { Movie } from '@/api/types'
import { nameIn, textIn } from '@/lib/inLanguage'
import { length } from '@/lib/time'
import { ListButton } from '@/ui/ListButton'
import { Picture } from '@/ui/Picture'
import { StarIcon } from '@/ui/signs'
import { toast } from '@/ui/toast'
import { More } from './More'
import { Play } from './Play'
import { Stars } from './Stars'

export const headBox = 'relative flex w-full items-end pt-[52vw] pb-16 md:min-h-[72vh] md:pt-24'

/** The film's picture and name, what it is about, and what one does with it. */
export function Head({ film }: { film: Movie }) {
  const { i18n } = useLingui()
  const { title, overview, tagline, language } = textIn(film, i18n.locale)
  const minutes = film.runtimeMinutes ? film.runtimeMinutes * 60 : film.video?.durationSeconds
  const genres = film.genres.slice(0, 3).map((one) => nameIn(one, i18n.locale))
  const picture = film.backdrop ?? film.video?.stillUrl
  return (
    <header className={headBox}>
      {picture && (
        <div className="absolute inset-x-0 top-0 h-[64vw] overflow-hidden md:left-1/3 md:h-full">
          <Picture src={picture} sizes="(min-width: 768px) 67vw, 100vw" blurHash={film.video?.blurHash} eager />
          <div className="absolute inset-0 bg-linear-to-r from-ground via-ground/20 to-transparent max-md:hidden" />
          <div className="absolute inset-x-0 bottom-0 h-3/5 bg-linear-to-t from-ground via-ground/60 to-transparent" />
        </div>
      )}
      <div className="absolute inset-x-0 top-0 h-32 bg-linear-to-b from-ground/70 to-transparent" />
      <div className="page-x relative w-full">
        <h1 className="max-w-[14ch] text-hero leading-(--text-hero--line-height) wrap-anywhere text-white">{title}</h1>
        <p className="mt-4 flex flex-wrap items-center gap-x-4 gap-y-1 text-ink/85 tabular-nums">
          <span>{[film.year, minutes && length(minutes), ...genres].filter(Boolean).join(' · ')}</span>
          <Age age={film.maturityRating} />
          {film.voteCount > 0 && <Votes mean={film.voteAverage} count={film.voteCount} />}
        </p>
        <Play film={film} />
        <div className="mt-3 flex flex-wrap items-center gap-3">
          <Listed id={film.id} />
          <Stars id={film.id} />
        </div>
        <div className="mt-6 max-w-[560px]">
          {tagline && (
            <p lang={language} className="mb-2 font-medium">
              {tagline}
            </p>
          )}
          {overview && (
            <p lang={language} className="text-ink/85">
              {overview}
            </p>
          )}
          {film.video?.credit && <small className="text-sm text-ink/60">{film.video.credit}</small>}
        </div>
        <More film={film} />
      </div>
    </header>
  )
}

function Listed({ id }: { id: string }) {
  const { t } = useLingui()
  const list = useOnList(id, () => toast(t`Your list was not changed. Try again in a moment.`))
  return <ListButton {...list} />
}

function Age({ age }: { age: Movie['maturityRating'] }) {
  const { t } = useLingui()
  if (age === null) return null
  return (
    <span className="rounded-poster border border-white/20 px-2 text-sm">
      {age === 0 ? t`All ages` : t`From ${age}`}
    </span>
  )
}

function Votes({ mean, count }: { mean: number; count: number }) {
  const { t, i18n } = useLingui()
  const said = i18n.number(mean, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const voters = i18n.number(count)
  return (
    <span role="img" aria-label={t`Rated ${said} of 10. Ratings: ${voters}`} className="flex items-center gap-1">
      <StarIcon full size={16} className="text-accent" />
      {said}
    </span>
  )
}
