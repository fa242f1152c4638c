import { Trans } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { mayUpload, useMe } from '@/api/session'
import type { Video } from '@/api/types'
import { videos } from '@/api/videos'
import { Button, buttonClass } from '@/ui/Button'
import { ErrorBoundary } from '@/ui/ErrorBoundary'
import { State } from '@/ui/State'
import { Grid, GridSkeleton } from './Grid'
import { Hero, HeroSkeleton } from './Hero'
import { RowFailed } from './RowFailed'

export function LibraryPage() {
  const list = useInfiniteQuery(videos)
  const who = useMe()
  const editor = mayUpload(who)
  const films = useMemo(() => {
    const all = list.data?.pages.flatMap((page) => page.items) ?? []
    return editor ? all.filter((film) => film.status !== 'uploading' && film.status !== 'failed') : all.filter(canPlay)
  }, [list.data, editor])
  const lead = useMemo(() => films.find((film) => canPlay(film) && film.stillUrl) ?? films.find(canPlay), [films])

  if (list.isPending) {
    return (
      <>
        <HeroSkeleton />
        <GridSkeleton />
      </>
    )
  }
  if (list.isError && films.length === 0) {
    return (
      <State
        role="alert"
        action={
          <Button onClick={() => list.refetch()}>
            <Trans>Try again</Trans>
          </Button>
        }
      >
        <Trans>The library did not load. Check the connection and try again.</Trans>
      </State>
    )
  }
  if (films.length === 0) return <Empty editor={editor} />

  return (
    <>
      {lead && (
        <ErrorBoundary fallback={(retry) => <RowFailed retry={retry} />}>
          <Hero film={lead} />
        </ErrorBoundary>
      )}
      <ErrorBoundary fallback={(retry) => <RowFailed retry={retry} />}>
        <Grid
          films={films}
          overHero={lead !== undefined}
          more={list.hasNextPage}
          loadMore={() => !list.isFetchingNextPage && list.fetchNextPage()}
        />
      </ErrorBoundary>
    </>
  )
}

function Empty({ editor }: { editor: boolean }) {
  if (!editor) {
    return (
      <State>
        <Trans>No films yet. They appear here as soon as someone adds them.</Trans>
      </State>
    )
  }
  return (
    <State
      action={
        <Link to="/upload" className={buttonClass('primary')}>
          <Trans>Upload a film</Trans>
        </Link>
      }
    >
      <Trans>Your cinema is empty. The first film plays seconds after it arrives.</Trans>
    </State>
  )
}

function canPlay(film: Video): boolean {
  return film.playable
}
