import { useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { memo, type ReactNode } from 'react'
import { titleIn } from '@/lib/inLanguage'
import { length } from '@/lib/time'
import { PlayIcon } from './icons'
import type { Art } from './Picture'
import { Poster } from './Poster'

type Film = {
  id: string
  title: string
  titles: Record<string, string>
  year?: number
  playable: boolean
  durationSeconds?: number
  poster?: Art
  posterUrl?: string
  stillUrl?: string
  stillBlurHash?: string
}

const sizes = '(min-width: 1600px) 220px, (min-width: 768px) 190px, 33vw'

/** A film in a row or a grid: its poster, and under it what it is called. It leads to all there is about it. */
export const FilmCard = memo(function FilmCard({
  film,
  note,
  eager = false,
  inRow = false,
}: {
  film: Film
  /** Instead of the year: why it is here. */
  note?: ReactNode
  eager?: boolean
  inRow?: boolean
}) {
  const { t, i18n } = useLingui()
  const title = titleIn(film, i18n.locale)
  const long = film.durationSeconds && length(film.durationSeconds)
  return (
    <li className={inRow ? 'row-poster' : ''}>
      <Link to="/title/$id" params={{ id: film.id }} data-film className="group block rounded-poster">
        <div className="transition-transform delay-120 group-hover:scale-104 group-focus-visible:scale-104">
          <Poster film={{ ...film, title, blurHash: film.stillBlurHash }} eager={eager} sizes={sizes} />
        </div>
        <p className="mt-2 truncate text-sm text-soft transition-colors group-hover:text-ink">{title}</p>
        <p className="flex h-5 items-center gap-1 text-sm text-faint tabular-nums">
          {film.playable && (
            <>
              <PlayIcon size={12} className="shrink-0 text-accent" />
              <span className="sr-only">{t`Can be watched.`}</span>
            </>
          )}
          <span className="truncate">
            {note ?? film.year}
            {!note && long && <span className="max-md:hidden">{film.year ? ` · ${long}` : long}</span>}
          </span>
        </p>
      </Link>
    </li>
  )
})
