import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type List, lists } from '@/api/home'
import { genres, movies } from '@/api/movies'
import { nameIn } from '@/lib/inLanguage'
import { buttonClass } from '@/ui/Button'
import { Select } from '@/ui/Select'
import { State } from '@/ui/State'
import { Grid, GridSkeleton } from './Grid'
import { MoreFailed, NotLoaded, Page } from './Page'

const route = getRouteApi('/signed-in/shell/browse')

/** Every film, in the order and of the kind that the address names: so it can be kept and sent. */
export function BrowsePage() {
  const { t } = useLingui()
  const { list = 'trending', genre, year } = route.useSearch()
  const shelf = useInfiniteQuery(movies({ list, genre, year }))
  const films = shelf.data?.pages.flatMap((page) => page.items)
  return (
    <Page title={t`Browse`}>
      <Filters />
      {shelf.data?.pages.some((page) => page.stale) && (
        <p role="status" className="mb-4 text-sm text-accent">
          <Trans>The catalogue is not answering. This is how it was a moment ago.</Trans>
        </p>
      )}
      {shelf.isPending && <GridSkeleton />}
      {shelf.isError && !films && <NotLoaded retry={() => void shelf.refetch()} />}
      {films && films.length === 0 && (
        <State
          fill={false}
          action={
            <Link to="/browse" className={buttonClass('quiet')}>
              <Trans>Show all films</Trans>
            </Link>
          }
        >
          <Trans>There is no such film here yet.</Trans>
        </State>
      )}
      {films && films.length > 0 && (
        <Grid
          films={films}
          label={t`Films`}
          more={
            shelf.hasNextPage && !shelf.isFetchNextPageError
              ? () => !shelf.isFetchingNextPage && void shelf.fetchNextPage()
              : undefined
          }
        />
      )}
      {shelf.isFetchNextPageError && <MoreFailed retry={() => void shelf.fetchNextPage()} />}
    </Page>
  )
}

const firstYear = 1920

function Filters() {
  const { t, i18n } = useLingui()
  const { list = 'trending', genre, year } = route.useSearch()
  const navigate = route.useNavigate()
  const all = useQuery(genres).data ?? []
  const names: Record<List, string> = {
    trending: t`Trending`,
    popular: t`Popular`,
    new: t`New here`,
    'top-rated': t`Top rated`,
  }
  const now = new Date().getFullYear()
  const known = all.map((one) => ({ id: one.id, name: nameIn(one, i18n.locale) }))
  known.sort((a, b) => a.name.localeCompare(b.name, i18n.locale))
  const change = (search: { list?: List; genre?: number; year?: number }) =>
    void navigate({ search: (before) => ({ ...before, ...search }), replace: true, resetScroll: false })
  const number = (text: string) => (text === '' ? undefined : Number(text))
  return (
    <div className="mb-8 flex flex-wrap gap-3">
      <Select
        label={t`Order`}
        hideLabel
        className="w-36"
        value={list}
        onChange={({ target }) => change({ list: target.value as List })}
      >
        {lists.map((one) => (
          <option key={one} value={one}>
            {names[one]}
          </option>
        ))}
      </Select>
      <Select
        label={t`Genre`}
        hideLabel
        className="w-48" // as wide before it is known which there are
        value={genre ?? ''}
        onChange={({ target }) => change({ genre: number(target.value) })}
      >
        <option value="">{t`All genres`}</option>
        {genre && !known.some(({ id }) => id === genre) && <option value={genre}>…</option>}
        {known.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
      <Select
        label={t`Year`}
        hideLabel
        className="w-32"
        value={year ?? ''}
        onChange={({ target }) => change({ year: number(target.value) })}
      >
        <option value="">{t`Any year`}</option>
        {year && (year > now + 1 || year < firstYear) && <option value={year}>{year}</option>}
        {Array.from({ length: now + 2 - firstYear }, (_, back) => now + 1 - back).map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </Select>
    </div>
  )
}
