import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { movie } from '@/api/home'
import type { MovieCard } from '@/api/types'
import { nameIn, textIn, titleIn } from '@/lib/inLanguage'
import { length } from '@/lib/time'
import { buttonClass } from '@/ui/Button'
import { ErrorBoundary } from '@/ui/ErrorBoundary'
import { PlayIcon } from '@/ui/icons'
import { Skeleton } from '@/ui/Skeleton'
import { HeroFrame, heroBox } from './HeroFrame'

// It comes with what it is told by, as the row below does. Its button is as wide whatever it says: nothing moves.
const Begun = lazy(() => import('./Begun').then(({ Begun }) => ({ default: Begun })))

/** One film, its picture to the edges, and the screen's one white button. */
export function Hero({ film }: { film: MovieCard }) {
  const { i18n } = useLingui()
  const minutes = film.runtimeMinutes ? film.runtimeMinutes * 60 : film.durationSeconds
  const facts = [
    film.year,
    minutes && length(minutes),
    ...film.genres.slice(0, 2).map((one) => nameIn(one, i18n.locale)),
  ]
  const [elsewhere, setElsewhere] = useState(false)
  const wide = film.backdrop ?? film.stillUrl
  return (
    <HeroFrame
      picture={wide ?? film.poster ?? film.posterUrl}
      blurHash={film.stillBlurHash}
      low={!wide}
      title={titleIn(film, i18n.locale)}
      facts={facts.filter(Boolean).join(' · ')}
      actions={
        <>
          {film.playable && film.videoId && (
            <Link
              to="/watch/$videoId"
              params={{ videoId: film.videoId }}
              search={elsewhere ? { take: true } : {}}
              data-film
              className={buttonClass('primary', 'relative h-12 w-40 overflow-hidden')}
            >
              <PlayIcon size={20} />
              <ErrorBoundary fallback={() => <Trans>Watch</Trans>}>
                <Suspense fallback={<Trans>Watch</Trans>}>
                  <Begun videoId={film.videoId} onElsewhere={setElsewhere} />
                </Suspense>
              </ErrorBoundary>
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
        </>
      }
    >
      <About id={film.id} />
    </HeroFrame>
  )
}

/** Two lines of what the film is about. Their place is kept, so that nothing moves when they come. */
function About({ id }: { id: string }) {
  const { i18n } = useLingui()
  const { data } = useQuery(movie(id))
  const { overview, language } = data ? textIn(data, i18n.locale) : { overview: '', language: undefined }
  const credit = data?.video?.credit
  return (
    <>
      <p lang={language} className="line-clamp-2 text-ink/85">
        {overview}
      </p>
      {credit && <small className="text-sm text-ink/60">{credit}</small>}
    </>
  )
}

export function HeroSkeleton() {
  return (
    <div className={heroBox} aria-hidden="true">
      <div className="page-x relative w-full pb-20 md:pb-16">
        <Skeleton className="h-14 w-[min(420px,70%)] rounded-poster" />
        <Skeleton className="mt-5 h-5 w-48 rounded-poster" />
        <Skeleton className="mt-6 h-12 w-40 rounded-poster" />
        <div className="mt-4 hidden min-h-18 md:block" />
      </div>
    </div>
  )
}
