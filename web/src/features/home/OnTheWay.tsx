import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useLive } from '@/api/live'
import type { Video } from '@/api/types'
import { videos } from '@/api/videos'
import { PlayIcon } from '@/ui/icons'
import { Poster } from '@/ui/Poster'
import { ProgressBar } from '@/ui/ProgressBar'
import { Row } from '@/ui/Row'
import { RowFailed } from '@/ui/RowFailed'

const askEvery = 3000

/** What editors sent that is not in the rows yet: still being made, or of no film. Nothing of it, and there is no row. */
export function OnTheWay() {
  const live = useLive((state) => state.connected)
  const list = useInfiniteQuery({
    ...videos,
    // Without the live channel, films still being made are asked about now and then.
    refetchInterval: ({ state }) =>
      !live && state.data?.pages.some((page) => page.items.some(isMade)) ? askEvery : false,
  })
  if (list.isError && !list.data) return <RowFailed retry={() => void list.refetch()} />
  const films = list.data?.pages.flatMap((page) => page.items).filter((film) => isMade(film) || isLoose(film)) ?? []
  if (films.length === 0) return null
  return (
    <Row title={<Trans>On the way</Trans>}>
      {films.map((film) => (
        <Coming key={film.id} film={film} />
      ))}
    </Row>
  )
}

const isMade = (film: Video) => film.status === 'processing'
const isLoose = (film: Video) => film.playable && !film.film?.movieId

function Coming({ film }: { film: Video }) {
  const { t } = useLingui()
  const { title } = film
  const percent = Math.round(film.progress * 100)
  const caption = <p className="mt-2 truncate text-sm text-soft transition-colors group-hover:text-ink">{title}</p>
  if (!film.playable) {
    return (
      <li className="row-poster">
        <div className="opacity-55">
          <Poster film={film} />
        </div>
        {caption}
        <div className="mt-1 grid gap-1.5">
          <p className="text-sm text-faint tabular-nums">
            <Trans>Preparing {percent}%</Trans>
          </p>
          <ProgressBar value={film.progress} label={t`Preparing ${title}`} />
        </div>
      </li>
    )
  }
  return (
    <li className="row-poster">
      <Link to="/watch/$videoId" params={{ videoId: film.id }} data-film className="group block rounded-poster">
        <div className="relative transition-transform delay-120 group-hover:scale-104 group-focus-visible:scale-104">
          <Poster film={film} />
          <span className="absolute top-2 right-2 grid size-9 place-items-center rounded-full bg-black/70 text-accent">
            <PlayIcon size={18} />
          </span>
        </div>
        {caption}
        <p className="text-sm text-accent">
          <Trans>Plays now</Trans>
        </p>
      </Link>
    </li>
  )
}
