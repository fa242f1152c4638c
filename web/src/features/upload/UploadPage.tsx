import { Plural, Trans } from '@lingui/react/macro'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useLive } from '@/api/live'
import { mayUpload, useMe } from '@/api/session'
import type { Video } from '@/api/types'
import { videos } from '@/api/videos'
import { Button, buttonClass } from '@/ui/Button'
import { ErrorBoundary } from '@/ui/ErrorBoundary'
import { Skeleton } from '@/ui/Skeleton'
import { State } from '@/ui/State'
import { DropAnywhere } from './DropAnywhere'
import { RemoveDialog } from './RemoveDialog'
import { rowsOf } from './rows'
import { SubtitlesDialog } from './SubtitlesDialog'
import { BrokenRow, UploadRow } from './UploadRow'
import { type Found, looksLikeFilm, pick } from './uploader/choose'
import { useUploads } from './useUploads'

const askEvery = 3000

export function UploadPage() {
  return mayUpload(useMe()) ? <Uploads /> : <NotYours />
}

function Uploads() {
  const { uploads, tasks } = useUploads()
  const live = useLive((state) => state.connected)
  const list = useInfiniteQuery({
    ...videos,
    // Without the live channel, films still being made are asked about now and then.
    refetchInterval: (query) =>
      !live && query.state.data?.pages.some((page) => page.items.some(moving)) ? askEvery : false,
  })
  const [skipped, setSkipped] = useState(0)
  const [unreadable, setUnreadable] = useState<string[]>([])
  const [removing, setRemoving] = useState<Video | null>(null)
  const [wording, setWording] = useState<Video | null>(null)
  const rows = useMemo(() => rowsOf(tasks, list.data?.pages.flatMap((page) => page.items) ?? []), [tasks, list.data])

  const take = ({ chosen, unreadable }: Found) => {
    const films = chosen.filter(({ file }) => looksLikeFilm(file))
    setSkipped(chosen.length - films.length)
    setUnreadable(unreadable)
    uploads.add(films)
  }
  const choose = async () => take(await pick({ multiple: true }))

  return (
    <>
      <DropAnywhere take={take} />
      <div className="page-x mx-auto max-w-[1280px] pt-24 pb-32 md:pt-28">
        <div className="mb-8 flex flex-wrap items-center justify-between gap-x-6 gap-y-4">
          <div>
            <h1 className="text-xl">
              <Trans>Upload</Trans>
            </h1>
            <p className="mt-2 text-soft pointer-coarse:hidden">
              <Trans>Drop files or folders anywhere on this page.</Trans>
            </p>
          </div>
          <Button onClick={choose}>
            <Trans>Choose files</Trans>
          </Button>
        </div>
        {skipped > 0 && (
          <p role="status" className="mb-4 text-sm text-soft">
            <Plural
              value={skipped}
              one="# file was left out: it is not a film."
              other="# files were left out: they are not films."
            />
          </p>
        )}
        {unreadable.length > 0 && <Unreadable names={unreadable} />}
        {list.isPending && <TableSkeleton />}
        {list.isError && rows.length === 0 && (
          <State
            fill={false}
            role="alert"
            action={
              <Button tone="quiet" onClick={() => list.refetch()}>
                <Trans>Try again</Trans>
              </Button>
            }
          >
            <Trans>The list did not load. Check the connection and try again.</Trans>
          </State>
        )}
        {list.isSuccess && rows.length === 0 && (
          <div className="rounded-panel border border-dashed border-white/20">
            <State fill={false}>
              <Trans>
                Nothing here yet. A film plays seconds after its last byte arrives, and gets better while you watch.
              </Trans>
            </State>
          </div>
        )}
        <ul className="divide-y divide-line border-line">
          {rows.map((row) => (
            <ErrorBoundary key={row.key} fallback={(retry) => <BrokenRow retry={retry} />}>
              <UploadRow row={row} uploads={uploads} remove={setRemoving} words={setWording} />
            </ErrorBoundary>
          ))}
        </ul>
        {list.hasNextPage && (
          <div className="mt-8 text-center">
            <Button tone="quiet" disabled={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
              <Trans>Show more</Trans>
            </Button>
          </div>
        )}
      </div>
      <RemoveDialog video={removing} close={() => setRemoving(null)} />
      <SubtitlesDialog video={wording} close={() => setWording(null)} />
    </>
  )
}

const mostNamed = 5

function Unreadable({ names }: { names: string[] }) {
  const named = names.slice(0, mostNamed).join(', ')
  const more = names.length - mostNamed
  return (
    <p role="alert" className="mb-4 text-sm break-words text-bad">
      {more > 0 ? (
        <Trans>
          Could not be read: {named} and {more} more.
        </Trans>
      ) : (
        <Trans>Could not be read: {named}.</Trans>
      )}{' '}
      <Trans>Check that it is still there and that you may open it, then choose it again.</Trans>
    </p>
  )
}

function moving(video: Video): boolean {
  return video.status === 'uploading' || video.status === 'processing'
}

function NotYours() {
  return (
    <State
      action={
        <Link to="/" className={buttonClass('primary')}>
          <Trans>Go to the library</Trans>
        </Link>
      }
    >
      <Trans>Your account watches films but does not upload them. Whoever runs this server can change that.</Trans>
    </State>
  )
}

function TableSkeleton() {
  return (
    <div aria-busy="true">
      {[0, 1, 2, 3].map((index) => (
        <div key={index} className="flex h-[116px] items-center gap-4">
          <Skeleton className="aspect-2/3 w-14 rounded-poster" />
          <div className="grid flex-1 gap-3">
            <Skeleton className="h-4 w-[40%] rounded-full" />
            <Skeleton className="h-3 w-[70%] rounded-full" />
          </div>
        </div>
      ))}
    </div>
  )
}
