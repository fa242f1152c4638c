import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { Video } from '@/api/types'
import { bytes } from '@/lib/bytes'
import { length } from '@/lib/time'
import { Button } from '@/ui/Button'
import { CloseIcon, PlayIcon } from '@/ui/icons'
import { Poster } from '@/ui/Poster'
import { SubtitlesIcon, TrashIcon } from '@/ui/signs'
import { FilmState } from './FilmState'
import { RatingField } from './RatingField'
import type { Row } from './rows'
import { TaskState } from './TaskState'
import { TitleField } from './TitleField'
import type { Uploader } from './uploader/uploader'

const line =
  'grid grid-cols-[56px_minmax(0,1fr)_auto] items-center gap-x-4 gap-y-3 py-4 md:min-h-[116px] md:grid-cols-[56px_minmax(0,5fr)_minmax(0,6fr)_132px] md:gap-x-6'

type Props = { row: Row; uploads: Uploader; remove: (video: Video) => void; words: (video: Video) => void }

export function UploadRow({ row, uploads, remove, words }: Props) {
  const { t, i18n } = useLingui()
  const { task, video } = row
  const title = video?.title ?? task?.fileName ?? ''
  const size = task?.size ?? video?.sourceBytes
  const facts = [
    video?.durationSeconds ? length(video.durationSeconds) : '',
    video?.height ? `${video.height}p` : '',
    size ? bytes(size, i18n.locale) : '',
  ].filter(Boolean)
  return (
    <li className={line}>
      <div className="w-14">
        <Poster film={video ?? { title }} small />
      </div>
      <div className="min-w-0">
        {video ? <TitleField video={video} /> : <p className="truncate text-base">{title}</p>}
        <div className="mt-0.5 flex items-center gap-2">
          {video && !task && <RatingField video={video} />}
          <p className="min-w-0 truncate text-sm text-faint tabular-nums">{facts.join(' · ')}</p>
        </div>
      </div>
      <div className="max-md:col-span-3 max-md:row-start-2">
        {task ? <TaskState task={task} uploads={uploads} /> : video && <FilmState video={video} />}
      </div>
      <div className="flex justify-end gap-1">
        {video?.playable && (
          <Link to="/watch/$videoId" params={{ videoId: video.id }} aria-label={t`Watch ${title}`} className={action}>
            <PlayIcon size={18} />
          </Link>
        )}
        {video && !task && (
          <button type="button" aria-label={t`Subtitles of ${title}`} className={action} onClick={() => words(video)}>
            <SubtitlesIcon size={18} />
          </button>
        )}
        {task ? (
          <button
            type="button"
            aria-label={t`Cancel ${title}`}
            className={action}
            onClick={() => void uploads.cancel(task.id)}
          >
            <CloseIcon size={18} />
          </button>
        ) : (
          video && (
            <button type="button" aria-label={t`Delete ${title}`} className={action} onClick={() => remove(video)}>
              <TrashIcon size={18} />
            </button>
          )
        )}
      </div>
    </li>
  )
}

const action =
  'grid size-10 place-items-center rounded-full text-soft transition-colors hover:bg-white/8 hover:text-ink'

export function BrokenRow({ retry }: { retry: () => void }) {
  return (
    <li className="flex min-h-[116px] items-center gap-4 text-soft">
      <Trans>This row did not load.</Trans>
      <Button tone="plain" onClick={retry}>
        <Trans>Try again</Trans>
      </Button>
    </li>
  )
}
