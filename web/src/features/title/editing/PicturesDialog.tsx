import { Trans, useLingui } from '@lingui/react/macro'
import type { Movie } from '@/api/types'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { PictureField } from './PictureField'

/** Gives a film another poster or backdrop. Each is kept by itself, as soon as it has arrived. */
export function PicturesDialog({ open, film, close }: { open: boolean; film: Movie; close: () => void }) {
  const { t } = useLingui()
  return (
    <Dialog open={open} title={t`Pictures`} close={close}>
      <div className="mt-4 grid max-h-[60dvh] gap-6 overflow-auto">
        <PictureField film={film.id} kind="poster" now={film.poster} label={t`Poster`} />
        <PictureField film={film.id} kind="backdrop" now={film.backdrop} label={t`Backdrop`} />
      </div>
      <div className="mt-6 flex justify-end">
        <Button tone="quiet" onClick={close}>
          <Trans>Done</Trans>
        </Button>
      </div>
    </Dialog>
  )
}
