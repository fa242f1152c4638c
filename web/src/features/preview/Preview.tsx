import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useLayoutEffect, useRef } from 'react'
import { movie } from '@/api/home'
import { useOnList } from '@/api/movies'
import type { Movie } from '@/api/types'
import { row } from '@/api/watchRow'
import { nameIn, textIn } from '@/lib/inLanguage'
import { length } from '@/lib/time'
import { buttonClass } from '@/ui/Button'
import { PlayIcon } from '@/ui/icons'
import { ListButton } from '@/ui/ListButton'
import { toast } from '@/ui/toast'
import { Moments } from './Moments'
import { placeOver, width } from './place'

/** A film's card, opened: moments of it, what is known of it, and what one does with it. It takes no focus. */
export function Preview({ id, card }: { id: string; card: HTMLElement }) {
  const { data: film } = useQuery(movie(id))
  return film ? <Opened film={film} card={card} /> : null
}

function Opened({ film, card }: { film: Movie; card: HTMLElement }) {
  const { t, i18n } = useLingui()
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const opened = box.current
    if (!opened) return
    opened.showPopover?.() // Above all, and cut off by nothing.
    const { left, top } = placeOver(card.getBoundingClientRect(), opened.offsetHeight, innerWidth, innerHeight)
    opened.style.left = `${left}px`
    opened.style.top = `${top}px`
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
    const frames = [{ opacity: 0, transform: 'scale(0.9)' }, {}]
    opened.animate?.(frames, { duration: 180, easing: 'cubic-bezier(0.2, 0, 0, 1)' })
  }, [card])
  const title = textIn(film, i18n.locale).title || film.title
  const minutes = film.runtimeMinutes ? film.runtimeMinutes * 60 : film.video?.durationSeconds
  const age = film.maturityRating
  const facts = [
    film.year,
    minutes && length(minutes),
    age === 0 ? t`All ages` : age,
    ...film.genres.slice(0, 2).map((one) => nameIn(one, i18n.locale)),
  ]
  return (
    <section
      ref={box}
      popover="manual"
      aria-label={title}
      style={{ inset: 'auto', width }}
      className="fixed m-0 overflow-hidden rounded-panel border border-line bg-surface text-ink"
    >
      <Link to="/title/$id" params={{ id: film.id }} tabIndex={-1} aria-hidden="true" className="block">
        <Moments film={film} />
      </Link>
      <div className="grid gap-3 p-4">
        <div>
          <p className="truncate font-medium">{title}</p>
          <p className="truncate text-sm text-soft tabular-nums">{facts.filter(Boolean).join(' · ')}</p>
        </div>
        <div className="flex gap-2">
          {film.video?.playable && <Watch videoId={film.video.id} />}
          <Listed id={film.id} />
          <Link to="/title/$id" params={{ id: film.id }} className={buttonClass('quiet')}>
            <Trans>Details</Trans>
          </Link>
        </div>
      </div>
    </section>
  )
}

function Watch({ videoId }: { videoId: string }) {
  const { data } = useQuery(row)
  return (
    <Link to="/watch/$videoId" params={{ videoId }} className={buttonClass('primary')}>
      <PlayIcon size={18} />
      {data?.some((one) => one.videoId === videoId) ? <Trans>Resume</Trans> : <Trans>Watch</Trans>}
    </Link>
  )
}

function Listed({ id }: { id: string }) {
  const { t } = useLingui()
  const list = useOnList(id, () => toast(t`Your list was not changed. Try again in a moment.`))
  return <ListButton {...list} bare />
}
