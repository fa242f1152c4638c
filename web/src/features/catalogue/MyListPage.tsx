import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { myList } from '@/api/movies'
import { buttonClass } from '@/ui/Button'
import { State } from '@/ui/State'
import { Grid, GridSkeleton } from './Grid'
import { MoreFailed, NotLoaded, Page } from './Page'

/** What somebody put by to watch, the last first. */
export function MyListPage() {
  const { t } = useLingui()
  const list = useInfiniteQuery(myList)
  const films = list.data?.pages.flatMap((page) => page.items)
  return (
    <Page title={t`My list`}>
      {list.isPending && <GridSkeleton />}
      {list.isError && !films && <NotLoaded retry={() => void list.refetch()} />}
      {films && films.length === 0 && (
        <State
          fill={false}
          action={
            <Link to="/browse" className={buttonClass('primary')}>
              <Trans>Browse films</Trans>
            </Link>
          }
        >
          <Trans>Nothing here yet. Films you save for later wait for you here.</Trans>
        </State>
      )}
      {films && films.length > 0 && (
        <Grid
          films={films}
          label={t`My list`}
          more={
            list.hasNextPage && !list.isFetchNextPageError
              ? () => !list.isFetchingNextPage && void list.fetchNextPage()
              : undefined
          }
        />
      )}
      {list.isFetchNextPageError && <MoreFailed retry={() => void list.fetchNextPage()} />}
    </Page>
  )
}
