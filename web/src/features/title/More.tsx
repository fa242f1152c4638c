import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { Movie, MovieVideo } from '@/api/types'
import { buttonClass } from '@/ui/Button'
import { PlayIcon } from '@/ui/icons'
import { Seen } from '@/ui/Seen'
import { LinkOutIcon } from '@/ui/signs'
import { shareOf, useTimeLeft } from '@/ui/TimeLeft'
import { FromTheStart } from './Play'
import { useProgress } from './useProgress'

/** Other cuts, and trailers: one's own play here, the others where they are. */
export function More({ film }: { film: Movie }) {
  const { t } = useLingui()
  const own = film.videos.filter((one) => one.part !== 'current' && one.playable)
  const cuts = own.filter((one) => one.part !== 'trailer')
  const trailers = own.filter((one) => one.part === 'trailer')
  const kinds: Record<string, string> = { Teaser: t`Teaser` }
  return (
    <>
      {cuts.length > 0 && (
        <ul className="mt-6 grid gap-3">
          {cuts.map((one) => (
            <Cut key={one.id} cut={one} />
          ))}
        </ul>
      )}
      {(trailers.length > 0 || film.trailers.length > 0) && (
        <ul className="mt-6 flex flex-wrap gap-3">
          {trailers.map((one) => (
            <li key={one.id}>
              <Link to="/watch/$videoId" params={{ videoId: one.id }} className={buttonClass('quiet')}>
                <PlayIcon size={18} />
                <Trans>Trailer</Trans>
              </Link>
            </li>
          ))}
          {film.trailers.slice(0, 3).map(({ site, key, type, url }) => (
            <li key={key}>
              <a href={url} target="_blank" rel="noopener noreferrer" className={buttonClass('quiet')}>
                {kinds[type ?? ''] ?? t`Trailer`}
                <span className="text-sm text-soft">{site}</span>
                <LinkOutIcon size={16} />
                <span className="sr-only">
                  <Trans>opens in a new tab</Trans>
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** Another cut of the film, on a line of its own: how far one is in it is its own too. */
function Cut({ cut }: { cut: MovieVideo }) {
  const { t } = useLingui()
  const timeLeft = useTimeLeft()
  const { begun } = useProgress(cut.id)
  const going = begun && !begun.finished ? begun : undefined
  const name = cut.edition || t`Another cut`
  const left = going && timeLeft(going)
  return (
    <li className="flex gap-3">
      <Link
        to="/watch/$videoId"
        params={{ videoId: cut.id }}
        aria-label={left && `${name}, ${left}`}
        className={buttonClass('quiet', 'relative min-w-0 shrink! overflow-hidden')}
      >
        <PlayIcon size={18} className="shrink-0" />
        <span className="truncate">{name}</span>
        {going && (
          <>
            <span className="text-sm text-soft tabular-nums">{left}</span>
            <Seen share={shareOf(going)} />
          </>
        )}
      </Link>
      {going && <FromTheStart small videoId={cut.id} label={t`Watch ${name} from the beginning`} />}
    </li>
  )
}
