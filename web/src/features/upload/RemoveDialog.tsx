import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useRef } from 'react'
import type { Video } from '@/api/types'
import { useDelete } from '@/api/videos'
import { Button } from '@/ui/Button'
import { toast } from '@/ui/toast'

/** Asks once before a film is gone for good. A native dialog: focus, Escape and the dark behind it are the browser's. */
export function RemoveDialog({ video, close }: { video: Video | null; close: () => void }) {
  const { t } = useLingui()
  const dialog = useRef<HTMLDialogElement>(null)
  const remove = useDelete()
  useEffect(() => {
    if (video) dialog.current?.showModal()
    else dialog.current?.close()
  }, [video])
  const title = video?.title ?? ''
  return (
    <dialog
      ref={dialog}
      onClose={close}
      aria-labelledby="remove-title"
      className="m-auto w-[min(440px,calc(100vw-32px))] animate-rise rounded-panel border border-line bg-surface p-6 text-ink backdrop:bg-black/70"
    >
      <h2 id="remove-title" className="text-lg">
        <Trans>Delete “{title}”?</Trans>
      </h2>
      <p className="mt-2 text-soft">
        <Trans>The film, its original file and everything made from it go away for good.</Trans>
      </p>
      <div className="mt-6 flex justify-end gap-3">
        <Button tone="quiet" onClick={close}>
          <Trans>Keep</Trans>
        </Button>
        <Button
          disabled={remove.isPending}
          onClick={() =>
            video &&
            remove.mutate(video.id, {
              onSuccess: close,
              onError: () => toast(t`The film was not deleted. Try again in a moment.`),
            })
          }
        >
          <Trans>Delete</Trans>
        </Button>
      </div>
    </dialog>
  )
}
