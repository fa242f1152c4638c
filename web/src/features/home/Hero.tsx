import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { movie } from '@/api/home'
import type { MovieCard } from '@/api/types'
import { nameIn, textIn, titleIn } from '@/lib/inLanguage'
import { length } from '@/lib/time'
import { buttonClass } from '@/ui/Button'
import { PlayIcon } from '@/ui/icons'
import { Picture } from '@/ui/Picture'
import { Skeleton } from '@/ui/Skeleton'

const box = 'relative flex h-[64vh] max-h-[56.25vw] min-h-[440px] w-full items-end overflow-hidden md:h-[72vh]'

/** One film, its picture to the edges, and the screen's one white button. */
export function Hero({ film }: { film: MovieCard }) {
  const { i18n } = useLingui()
  const minutes = film.runtimeMinutes ? film.runtimeMinutes * 60 : film.durationSeconds
  const facts = [
    film.year,
    minutes && length(minutes),
    ...film.genres.slice(0, 2).map((one) => nameIn(one, i18n.locale)),
  ]
  const picture = film.backdrop ?? film.stillUrl ?? film.poster ?? film.posterUrl
  return (
    <section aria-labelledby="hero-title" className={box}>
      {picture && (
        <div className="absolute inset-0">
          <Picture
            src={picture}
            sizes="100vw"
            blurHash={film.stillBlurHash}
            eager
            className={film.backdrop || film.stillUrl ? '' : 'object-[50%_30%]'}
          />
        </div>
      )}
      <div className="absolute inset-0 bg-linear-to-r from-ground/80 via-ground/20 to-transparent" />
      <div className="absolute inset-x-0 top-0 h-32 bg-linear-to-b from-ground/70 to-transparent" />
      <div className="absolute inset-x-0 bottom-0 h-3/5 bg-linear-to-t from-ground via-ground/60 to-transparent" />
      <div className="page-x relative w-full pb-20 md:pb-16">
        <h1
          id="hero-title"
          className="max-w-[14ch] text-hero leading-(--text-hero--line-height) wrap-anywhere text-white"
        >
          {titleIn(film, i18n.locale)}
        </h1>
        <p className="mt-4 text-ink/85 tabular-nums">{facts.filter(Boolean).join(' · ')}</p>
        <div className="mt-6 flex flex-wrap gap-3">
          {film.playable && film.videoId && (
            <Link
              to="/watch/$videoId"
              params={{ videoId: film.videoId }}
              data-film
              className={buttonClass('primary', 'h-12 px-7')}
            >
              <PlayIcon size={20} />
              <Trans>Watch</Trans>
            </Link>
          )}
          <Link
            to="/title/$id"
            params={{ id: film.id }}
            data-film
            className={buttonClass(film.playable ? 'quiet' : 'primary', 'h-12 px-7')}
          >
            <Trans>Details</Trans>
          </Link>
        </div>
        <About id={film.id} />
      </div>
    </section>
  )
}

/** Two lines of what the film is about. Their place is kept, so that nothing moves when they come. */
function About({ id }: { id: string }) {
  const { i18n } = useLingui()
  const { data } = useQuery(movie(id))
  const { overview, language } = data ? textIn(data, i18n.locale) : { overview: '', language: undefined }
  const credit = data?.video?.credit
  return (
    <div className="mt-4 hidden min-h-18 max-w-[560px] md:block">
      <p lang={language} className="line-clamp-2 text-ink/85">
        {overview}
      </p>
      {credit && <small className="text-sm text-ink/60">{credit}</small>}
    </div>
  )
}

export function HeroSkeleton() {
  return (
    <div className={box} aria-hidden="true">
      <div className="page-x relative w-full pb-20 md:pb-16">
        <Skeleton className="h-14 w-[min(420px,70%)] rounded-poster" />
        <Skeleton className="mt-5 h-5 w-48 rounded-poster" />
        <Skeleton className="mt-6 h-12 w-40 rounded-poster" />
        <div className="mt-4 hidden min-h-18 md:block" />
      </div>
    </div>
  )
}
