import { useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { type Going, useForget } from '@/api/watch'
import { momentOf, putBack } from '@/api/watchRow'
import { titleIn } from '@/lib/inLanguage'
import { CloseIcon } from '@/ui/icons'
import { Still } from '@/ui/Still'
import { shareOf, useTimeLeft } from '@/ui/TimeLeft'
import { toast } from '@/ui/toast'

const sizes = '(min-width: 768px) 176px, 112px'

/** A film that was watched: when, how far, and how it is taken out. It leads to all there is about it. */
export function Watched({ film }: { film: Going }) {
  const { t, i18n } = useLingui()
  const timeLeft = useTimeLeft()
  const { remove, leaving } = useRemoval()
  const title = film.movie ? titleIn(film.movie, i18n.locale) : film.video.title
  const time = new Intl.DateTimeFormat(i18n.locale, { timeStyle: 'short' }).format(new Date(momentOf(film)))
  const seen = film.finished ? t`Seen to the end` : timeLeft(film)
  return (
    <li className={`flex items-center gap-2 transition-opacity ${leaving ? 'opacity-40' : ''}`}>
      <Link
        {...(film.movie
          ? { to: '/title/$id', params: { id: film.movie.id } }
          : { to: '/watch/$videoId', params: { videoId: film.videoId } })}
        data-film
        className="group flex min-w-0 flex-1 items-center gap-4 rounded-poster py-3"
      >
        <div className="w-36 shrink-0">
          <Still
            film={{
              title,
              backdrop: film.movie?.backdrop,
              stillUrl: film.video.stillUrl,
              blurHash: film.video.blurHash,
            }}
            share={film.finished ? 1 : shareOf(film)}
            sizes={sizes}
            small
          />
        </div>
        <div className="min-w-0">
          <p className="line-clamp-2 transition-colors group-hover:text-white">{title}</p>
          <p className="text-sm text-faint tabular-nums">
            {time} · {seen}
          </p>
        </div>
      </Link>
      <button
        type="button"
        aria-label={t`Take ${title} out of the history`}
        disabled={leaving}
        onClick={() => void remove(film, title)}
        className="grid size-11 shrink-0 place-items-center rounded-full text-faint transition-colors hover:text-ink"
      >
        <CloseIcon size={20} />
      </button>
    </li>
  )
}

/** Takes a film out, and can put it back: how far it was is known as long as this page is open. */
function useRemoval() {
  const { t } = useLingui()
  const queries = useQueryClient()
  const { mutateAsync } = useForget()
  const [leaving, setLeaving] = useState(false)
  const remove = async (film: Going, title: string) => {
    setLeaving(true)
    try {
      await mutateAsync(film.videoId)
    } catch {
      setLeaving(false)
      return toast(t`${title} is still in the history: the server did not take it out. Try again in a moment.`)
    }
    const undo = () => putBack(queries, film).catch(() => toast(t`${title} could not be put back.`))
    toast(t`${title} is out of the history, and begins anew.`, { label: t`Undo`, run: () => void undo() })
  }
  return { remove, leaving }
}
