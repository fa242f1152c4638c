import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { found, genres, movies } from '@/api/movies'
import { nameIn } from '@/lib/inLanguage'
import { buttonClass } from '@/ui/Button'
import { CloseIcon, SearchIcon } from '@/ui/icons'
import { Skeleton } from '@/ui/Skeleton'
import { Grid, GridSkeleton } from './Grid'
import { NotLoaded } from './Page'
import { useSettled } from './useSettled'

const route = getRouteApi('/signed-in/shell/search')

/** How long nothing has to be typed before it is asked. */
const settles = 150
const longest = 200

/** Films as somebody types. The address says what is looked for, and follows without leaving a trail behind. */
export function SearchPage() {
  const { t } = useLingui()
  const { q = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const { history } = useRouter()
  const [typed, setTyped] = useState(q)
  const asked = useSettled(typed, settles).trim()

  useEffect(() => {
    document.title = asked ? `${asked} · KKMovies` : t`Search · KKMovies`
    return () => {
      document.title = 'KKMovies'
    }
  }, [asked, t])
  useEffect(() => {
    if (history.location.pathname !== '/search') return // Who has just chosen a film is on their way to it.
    void navigate({ search: { q: asked || undefined }, replace: true, resetScroll: false })
  }, [asked, navigate, history])
  // Somebody came back by the address, not by typing.
  useEffect(() => setTyped((now) => (now.trim() === q.trim() ? now : q)), [q])

  return (
    <div className="page-x pt-24 pb-32">
      <h1 className="sr-only">
        <Trans>Search</Trans>
      </h1>
      <search className="relative mb-8 block">
        <SearchIcon size={28} className="pointer-events-none absolute inset-y-0 left-0 h-full text-faint" />
        <input
          // biome-ignore lint/a11y/noAutofocus: whoever comes to this screen came to type.
          autoFocus
          type="text"
          inputMode="search"
          enterKeyHint="search"
          autoComplete="off"
          spellCheck={false}
          maxLength={longest}
          aria-label={t`Search films and people`}
          placeholder={t`Films, people, years`}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setTyped('')
            if (event.key !== 'ArrowDown') return
            event.preventDefault()
            document.querySelector<HTMLElement>('#content [data-film]')?.focus()
          }}
          className="h-16 w-full border-b border-line px-10 text-lg font-bold tracking-tight md:text-xl transition-colors focus:border-accent focus:outline-none"
        />
        {typed && (
          <button
            type="button"
            aria-label={t`Clear`}
            onClick={(event) => {
              setTyped('')
              event.currentTarget.parentElement?.querySelector('input')?.focus()
            }}
            className="absolute inset-y-0 right-0 w-11 text-soft hover:text-ink"
          >
            <CloseIcon className="mx-auto" />
          </button>
        )}
      </search>
      {asked ? <Results asked={asked} /> : <Suggested />}
    </div>
  )
}

function Results({ asked }: { asked: string }) {
  const { t } = useLingui()
  const answer = useQuery({ ...found(asked), placeholderData: keepPreviousData })
  const films = answer.data
  if (answer.isError && !films) return <NotLoaded retry={() => void answer.refetch()} />
  if (!films) return <GridSkeleton />
  if (films.length === 0 && !answer.isPlaceholderData) {
    return (
      <>
        <p role="status" className="mb-8 text-soft">
          <Trans>Nothing found for “{asked}”. Fewer letters find more; a year or an actor works too.</Trans>
        </p>
        <Suggested />
      </>
    )
  }
  return (
    <>
      <p role="status" className="sr-only">
        {!answer.isPlaceholderData && <Plural value={films.length} one="# film found" other="# films found" />}
      </p>
      <Grid films={films} label={t`Found`} />
    </>
  )
}

const suggested = 21

/** Where to begin: kinds of films, and what others watch. */
function Suggested() {
  const { t, i18n } = useLingui()
  const known = useQuery(genres)
  const kinds = known.data ?? []
  const shelf = useInfiniteQuery(movies({ list: 'trending' }))
  const films = shelf.data?.pages[0]?.items.slice(0, suggested)
  // How many lines the kinds take is seen when they are there: nothing stands under them before.
  if (known.isPending && known.failureCount === 0) {
    return (
      <div aria-busy="true">
        <Skeleton className="h-11 w-full rounded-poster" />
      </div>
    )
  }
  return (
    <>
      {kinds.length > 0 && (
        <nav aria-label={t`Genres`} className="mb-8 flex flex-wrap gap-2">
          {kinds.map((one) => (
            <Link key={one.id} to="/browse" search={{ genre: one.id }} className={buttonClass('quiet')}>
              {nameIn(one, i18n.locale)}
            </Link>
          ))}
        </nav>
      )}
      {films && films.length > 0 && (
        <>
          <h2 className="mb-4 text-lg">
            <Trans>Others are watching</Trans>
          </h2>
          <Grid films={films} label={t`Others are watching`} />
        </>
      )}
      {shelf.isPending && <GridSkeleton />}
    </>
  )
}
