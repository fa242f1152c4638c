import { Trans, useLingui } from '@lingui/react/macro'
import { useDeleteUser } from '@/api/people'
import { hasCode } from '@/api/problem'
import type { User } from '@/api/types'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'

/** Asks once before an account is gone for good. */
export function DeleteDialog({ user, close }: { user: User | null; close: () => void }) {
  const { t } = useLingui()
  const remove = useDeleteUser()
  const name = user?.name || user?.email || ''
  const done = () => {
    remove.reset()
    close()
  }
  return (
    <Dialog open={user !== null} title={t`Delete the account of ${name}?`} close={done}>
      <p className="mt-2 text-soft">
        <Trans>Its profiles, history and devices go away for good. Films it uploaded stay.</Trans>
      </p>
      {remove.error && (
        <p role="alert" className="mt-3 text-sm text-bad">
          {hasCode(remove.error, 'last_admin')
            ? t`Somebody has to run the house: this is the last administrator.`
            : t`That was not done. Try again in a moment.`}
        </p>
      )}
      <div className="mt-6 flex justify-end gap-3">
        <Button tone="quiet" onClick={done}>
          <Trans>Keep</Trans>
        </Button>
        <Button disabled={remove.isPending} onClick={() => user && remove.mutate(user.id, { onSuccess: done })}>
          <Trans>Delete</Trans>
        </Button>
      </div>
    </Dialog>
  )
}
