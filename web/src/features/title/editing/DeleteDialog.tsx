import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useDeleteMovie } from '@/api/editing'
import type { Movie } from '@/api/types'
import { textIn } from '@/lib/inLanguage'
import { Button } from '@/ui/Button'
import { Choices } from '@/ui/Choices'
import { Dialog } from '@/ui/Dialog'
import { toast } from '@/ui/toast'

/** Asks once before a film is gone, and what becomes of its videos. */
export function DeleteDialog({
  open,
  film,
  videos,
  close,
}: {
  open: boolean
  film: Movie
  videos: number
  close: () => void
}) {
  const { t, i18n } = useLingui()
  const navigate = useNavigate()
  const remove = useDeleteMovie(film.id)
  const [kept, setKept] = useState<'keep' | 'remove'>('keep')
  const { title } = textIn(film, i18n.locale)
  return (
    <Dialog open={open} title={t`Delete “${title}”?`} close={close}>
      <p className="mt-2 mb-4 text-soft">
        <Trans>What is known of the film, its pictures and everybody’s ratings go away for good.</Trans>
      </p>
      {videos > 0 && (
        <Choices
          legend={t`And what there is to watch`}
          value={kept}
          onChange={setKept}
          options={[
            { value: 'keep', label: t`Keep it` },
            { value: 'remove', label: t`Delete it too` },
          ]}
        />
      )}
      {videos > 0 && kept === 'remove' && (
        <p className="mt-3 text-sm text-bad">
          <Plural
            value={videos}
            one="# video goes, with its original file."
            other="# videos go, with their original files."
          />
        </p>
      )}
      <div className="mt-6 flex justify-end gap-3">
        <Button tone="quiet" onClick={close}>
          <Trans>Cancel</Trans>
        </Button>
        <Button
          disabled={remove.isPending}
          onClick={() =>
            remove.mutate(kept, {
              onSuccess: () => void navigate({ to: '/', replace: true }),
              onError: () => toast(t`The film was not deleted. Try again in a moment.`),
            })
          }
        >
          <Trans>Delete</Trans>
        </Button>
      </div>
    </Dialog>
  )
}
