import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { CopyLink } from './CopyLink'

/** A link for a new password, to be handed over. It is shown this once. */
export function LinkDialog({ link, close }: { link: { to: string; path: string } | null; close: () => void }) {
  const { t } = useLingui()
  const to = link?.to ?? ''
  return (
    <Dialog open={link !== null} title={t`A new password for ${to}`} close={close}>
      <p className="mt-2 mb-4 text-soft">
        <Trans>Whoever opens this link chooses a new password, once, within the hour. Hand it to them yourself.</Trans>
      </p>
      {link && <CopyLink path={link.path} />}
      <div className="mt-6 flex justify-end">
        <Button onClick={close}>
          <Trans>Done</Trans>
        </Button>
      </div>
    </Dialog>
  )
}
