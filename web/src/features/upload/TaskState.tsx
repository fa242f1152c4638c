import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { bytes } from '@/lib/bytes'
import { length } from '@/lib/time'
import { ProgressBar } from '@/ui/ProgressBar'
import { RowAction } from './RowAction'
import { pick } from './uploader/choose'
import { secondsLeft, type Task } from './uploader/task'
import type { Uploader } from './uploader/uploader'
import { whyFailed } from './words'

/** How far a file has come on its way to the server, in words and a bar. */
export function TaskState({ task, uploads }: { task: Task; uploads: Uploader }) {
  const { t, i18n } = useLingui()
  const [unreadable, setUnreadable] = useState(false)
  const { fileName } = task
  const choose = async () => {
    const { chosen, unreadable } = await pick({ multiple: false })
    setUnreadable(unreadable.length > 0)
    if (chosen[0]) uploads.give(task.id, chosen[0])
  }
  const failed = task.phase === 'failed'
  return (
    <div className="grid gap-2">
      <div className="flex min-h-6 flex-wrap items-center gap-x-3">
        <p className={`flex flex-wrap gap-x-3 text-sm tabular-nums ${failed ? 'text-bad' : 'text-soft'}`}>
          <Words task={task} />
        </p>
        {task.phase === 'lost' && unreadable && (
          <p role="alert" className="text-sm text-bad">
            {whyFailed({ code: 'file_unreadable' }, i18n._.bind(i18n))}
          </p>
        )}
        {task.phase === 'lost' && <RowAction onClick={choose}>{t`Choose the file`}</RowAction>}
        {task.phase === 'asking' && <RowAction onClick={() => void uploads.reopen(task.id)}>{t`Go on`}</RowAction>}
        {failed && <RowAction onClick={() => uploads.retry(task.id)}>{t`Try again`}</RowAction>}
      </div>
      {!failed && (
        <ProgressBar
          value={task.size > 0 ? task.sent / task.size : 0}
          label={t`Sending ${fileName}`}
          tone={task.phase === 'sending' || task.phase === 'finishing' ? 'accent' : 'soft'}
        />
      )}
    </div>
  )
}

function Words({ task }: { task: Task }) {
  const { i18n } = useLingui()
  const percent = Math.floor((task.sent / Math.max(1, task.size)) * 100)
  const left = secondsLeft(task)
  const remaining = left === undefined ? '' : length(left)
  const speed = task.speed === undefined ? '' : `${bytes(task.speed, i18n.locale)}/s`
  switch (task.phase) {
    case 'waiting':
      return <Trans>In line</Trans>
    case 'sending':
      return (
        <>
          <span>
            {remaining ? (
              <Trans>
                Sending {percent}% — {remaining} left
              </Trans>
            ) : (
              <Trans>Sending {percent}%</Trans>
            )}
          </span>
          {speed && <span className="text-faint">{speed}</span>}
        </>
      )
    case 'retrying':
      return <Trans>No connection at {percent}% — it goes on by itself</Trans>
    case 'finishing':
      return <Trans>Checking the file</Trans>
    case 'lost':
      if (task.reason) return whyFailed(task.reason, i18n._.bind(i18n))
      return <Trans>Stopped at {percent}%. Choose the same file to go on.</Trans>
    case 'asking':
      return <Trans>Stopped at {percent}%</Trans>
    case 'elsewhere':
      return <Trans>Being sent in another tab</Trans>
    case 'failed':
      return whyFailed(task.reason, i18n._.bind(i18n))
  }
}
