import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { files } from '@/api/editing'
import type { Movie, MovieFile } from '@/api/types'
import { bytes } from '@/lib/bytes'
import { Button, buttonClass } from '@/ui/Button'
import { RowFailed } from '@/ui/RowFailed'
import { Skeleton } from '@/ui/Skeleton'
import { DeleteDialog } from './DeleteDialog'
import { EditDialog } from './EditDialog'
import { MatchDialog } from './MatchDialog'
import { PicturesDialog } from './PicturesDialog'

type Open = 'edit' | 'pictures' | 'delete' | MovieFile | null

/** What an editor sees of a film beside what everybody does: its files, and what can be done about it. */
export function Editing({ film }: { film: Movie }) {
  const { i18n } = useLingui()
  const list = useQuery(files(film.id))
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  const size = list.data && bytes(list.data.bytes, i18n.locale)
  return (
    <section aria-labelledby="editing" className="page-x">
      <div className="border-t border-line py-8">
        <div className="mb-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-4">
          <div>
            <h2 id="editing" className="text-lg">
              <Trans>For editors</Trans>
            </h2>
            <p className="text-sm text-soft tabular-nums">
              {size ? <Trans>It takes {size} of the disk.</Trans> : <span aria-hidden="true"> </span>}
            </p>
          </div>
          <div className="flex flex-wrap gap-3">
            <Button tone="quiet" onClick={() => setOpen('edit')}>
              <Trans>Edit</Trans>
            </Button>
            <Button tone="quiet" onClick={() => setOpen('pictures')}>
              <Trans>Pictures</Trans>
            </Button>
            <Button tone="quiet" onClick={() => setOpen('delete')}>
              <Trans>Delete</Trans>
            </Button>
          </div>
        </div>
        {list.isPending && <Skeleton className="h-16 rounded-poster" />}
        {list.isError && !list.data && <RowFailed retry={() => void list.refetch()} />}
        {list.data?.items.length === 0 && (
          <p className="flex flex-wrap items-center gap-4 text-soft">
            <Trans>There is no video of it yet.</Trans>
            <Link to="/upload" className={buttonClass('plain')}>
              <Trans>Upload one</Trans>
            </Link>
          </p>
        )}
        <ul className="divide-y divide-line">
          {list.data?.items.map((file) => (
            <File key={file.id} file={file} match={() => setOpen(file)} />
          ))}
        </ul>
      </div>
      <EditDialog open={open === 'edit'} film={film} close={close} />
      <PicturesDialog open={open === 'pictures'} film={film} close={close} />
      <DeleteDialog open={open === 'delete'} film={film} videos={list.data?.items.length ?? 0} close={close} />
      <MatchDialog video={typeof open === 'object' ? open : null} film={film} close={close} />
    </section>
  )
}

function File({ file, match }: { file: MovieFile; match: () => void }) {
  const { t, i18n } = useLingui()
  const parts = { current: t`What plays`, edition: file.edition || t`Another cut`, trailer: t`Trailer` }
  const states = { uploading: t`Arriving`, processing: t`Being made`, ready: '', failed: t`Failed` }
  const facts = [
    parts[file.part],
    file.height && `${file.width} × ${file.height}`,
    bytes(file.bytes, i18n.locale),
    states[file.status],
  ]
  const { title } = file
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-1 py-3">
      <div className="min-w-0 flex-1">
        {file.playable ? (
          <Link to="/watch/$videoId" params={{ videoId: file.id }} className="rounded-poster hover:text-accent">
            {title}
          </Link>
        ) : (
          <p className="truncate">{title}</p>
        )}
        <p className="text-sm text-faint tabular-nums">{facts.filter(Boolean).join(' · ')}</p>
      </div>
      <Button tone="plain" aria-label={t`Fix match of ${title}`} onClick={match}>
        <Trans>Fix match</Trans>
      </Button>
    </li>
  )
}
