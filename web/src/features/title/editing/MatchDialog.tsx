import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { candidates, type Match, useMatch } from '@/api/editing'
import { found } from '@/api/movies'
import { hasCode } from '@/api/problem'
import type { Movie, MovieFile } from '@/api/types'
import { titleIn } from '@/lib/inLanguage'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Skeleton } from '@/ui/Skeleton'
import { toast } from '@/ui/toast'

/** Says which film a video is really of: one that is here, one that TMDB knows, or one to be made. */
export function MatchDialog({ video, film, close }: { video: MovieFile | null; film: Movie; close: () => void }) {
  const { t } = useLingui()
  return (
    <Dialog open={video !== null} title={t`Which film is this?`} close={close}>
      {video && <Matching video={video} film={film} close={close} />}
    </Dialog>
  )
}

function Matching({ video, film, close }: { video: MovieFile; film: Movie; close: () => void }) {
  const { t, i18n } = useLingui()
  const navigate = useNavigate()
  const match = useMatch(video.id)
  const [asked, setAsked] = useState(video.title)
  const here = useQuery(found(asked))
  const elsewhere = useQuery(candidates(asked))
  const ours = here.data?.filter((one) => one.id !== film.id) ?? []
  const others =
    elsewhere.data?.filter((one) => !ours.some(({ id }) => id === one.movieId) && one.movieId !== film.id) ?? []

  const search = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setAsked(String(new FormData(event.currentTarget).get('title')).trim())
  }
  const choose = (chosen: Match) =>
    match.mutate(chosen, {
      onSuccess: ({ movieId }) => {
        close()
        if (movieId) void navigate({ to: '/title/$id', params: { id: movieId } })
        else void navigate({ to: '/upload' })
      },
      onError: () => toast(t`That was not done. Try again in a moment.`),
    })
  return (
    <div className="mt-4 grid gap-4">
      <form onSubmit={search} className="flex items-end gap-3">
        <div className="min-w-0 flex-1">
          <Field label={t`Title`} name="title" defaultValue={asked} maxLength={300} autoFocus required />
        </div>
        <Button type="submit" tone="quiet" className="h-12">
          <Trans>Search</Trans>
        </Button>
      </form>
      <ul aria-label={t`Films it may be`} className="max-h-[40dvh] divide-y divide-line overflow-auto">
        {ours.slice(0, 10).map((one) => (
          <Candidate
            key={one.id}
            title={titleIn(one, i18n.locale)}
            facts={[one.year, t`here`]}
            busy={match.isPending}
            choose={() => choose({ movieId: one.id })}
          />
        ))}
        {others.slice(0, 10).map((one) => (
          <Candidate
            key={one.tmdbId}
            title={one.title}
            facts={[one.released?.slice(0, 4), one.originalTitle !== one.title && one.originalTitle, 'TMDB']}
            busy={match.isPending}
            choose={() => choose({ tmdbId: one.tmdbId })}
          />
        ))}
        {(here.isFetching || elsewhere.isFetching) && <Skeleton className="h-16 rounded-poster" />}
        {asked && (
          <Candidate
            title={t`Make a new film`}
            facts={[asked]}
            busy={match.isPending}
            choose={() => choose({ create: { title: asked } })}
          />
        )}
        <Candidate
          title={t`None of these`}
          facts={[t`It stays among the uploads.`]}
          busy={match.isPending}
          choose={() => choose({ detach: true })}
        />
      </ul>
      {hasCode(elsewhere.error, 'no_tmdb') && (
        <p className="text-sm text-faint">
          <Trans>To search TMDB too, this server needs a token (KK_TMDB_TOKEN).</Trans>
        </p>
      )}
      {elsewhere.isError && !hasCode(elsewhere.error, 'no_tmdb') && (
        <p role="status" className="text-sm text-faint">
          <Trans>TMDB does not answer just now.</Trans>
        </p>
      )}
      <div className="flex justify-end">
        <Button tone="quiet" onClick={close}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </div>
  )
}

function Candidate({
  title,
  facts,
  busy,
  choose,
}: {
  title: string
  facts: (string | number | false | undefined)[]
  busy: boolean
  choose: () => void
}) {
  return (
    <li>
      <button
        type="button"
        disabled={busy}
        onClick={choose}
        className="w-full rounded-poster px-3 py-2 text-left transition-colors hover:bg-white/8"
      >
        <span className="block truncate">{title}</span>
        <span className="block truncate text-sm text-soft tabular-nums">{facts.filter(Boolean).join(' · ')}</span>
      </button>
    </li>
  )
}
