import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { memo, useRef } from 'react'
import type { Going } from '@/api/watch'
import { titleIn } from '@/lib/inLanguage'
import { CloseIcon, PlayIcon } from '@/ui/icons'
import { Still } from '@/ui/Still'
import { shareOf, useDeviceName, useTimeLeft } from '@/ui/TimeLeft'

export const titleOf = ({ movie, video }: Going, locale: string) => (movie ? titleIn(movie, locale) : video.title)

const sizes = '(min-width: 1600px) 340px, (min-width: 768px) 280px, 60vw'

/** A film that was begun: it goes on where it was left, or is taken over from where it plays. */
export const GoOnCard = memo(function GoOnCard({
  film,
  there,
  eager,
  remove,
}: {
  film: Going
  /** The device it plays on right now, if that is another. */
  there: string | undefined
  eager: boolean
  remove: (film: Going, card: HTMLElement) => void
}) {
  const { t, i18n } = useLingui()
  const timeLeft = useTimeLeft()
  const nameOf = useDeviceName()
  const card = useRef<HTMLLIElement>(null)
  const title = titleOf(film, i18n.locale)
  const plays = there !== undefined
  const device = nameOf(there)
  const state = plays ? t`Playing on ${device}` : timeLeft(film)
  return (
    <li ref={card} className="group/card row-still relative">
      <Link
        to="/watch/$videoId"
        params={{ videoId: film.videoId }}
        search={plays ? { take: true } : {}}
        data-film
        className="group block rounded-poster"
      >
        <div className="transition-transform delay-120 group-hover:scale-104 group-focus-visible:scale-104">
          <Still
            film={{
              title,
              backdrop: film.movie?.backdrop,
              stillUrl: film.video.stillUrl,
              blurHash: film.video.blurHash,
            }}
            share={shareOf(film)}
            eager={eager}
            sizes={sizes}
          >
            {plays ? (
              <span className="absolute bottom-3 left-2.5 flex h-8 items-center gap-1.5 rounded-full bg-black/75 pr-3 pl-2 text-sm text-white">
                <PlayIcon size={16} className="text-accent" />
                <Trans>Continue here</Trans>
              </span>
            ) : (
              <span className="absolute inset-0 grid place-items-center text-white opacity-0 transition-opacity group-hover:opacity-100 group-focus-visible:opacity-100">
                <span className="grid size-12 place-items-center rounded-full bg-black/70">
                  <PlayIcon />
                </span>
              </span>
            )}
          </Still>
        </div>
        <p className="mt-2 truncate text-sm text-soft transition-colors group-hover:text-ink">{title}</p>
        <p className={`h-5 truncate text-sm tabular-nums ${plays ? 'text-accent' : 'text-faint'}`}>{state}</p>
      </Link>
      <button
        type="button"
        aria-label={t`Take ${title} off the row`}
        onClick={() => card.current && remove(film, card.current)}
        className="absolute top-1.5 right-1.5 grid size-9 place-items-center rounded-full bg-black/70 text-white/90 opacity-0 transition-opacity group-hover/card:opacity-100 hover:text-white focus-visible:opacity-100 pointer-coarse:size-11 pointer-coarse:opacity-100"
      >
        <CloseIcon size={18} />
      </button>
    </li>
  )
})
