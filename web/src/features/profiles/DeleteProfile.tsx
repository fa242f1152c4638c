import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useDeleteProfile } from '@/api/profiles'
import type { Profile } from '@/api/types'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { useRefusal } from './useRefusal'

/** Takes a profile away with all it has seen, after one question. Not the one in use: it cannot vanish under itself. */
export function DeleteProfile({ profile, here, done }: { profile: Profile; here: boolean; done: () => void }) {
  const { t } = useLingui()
  const refusal = useRefusal()
  const remove = useDeleteProfile()
  const [asking, setAsking] = useState(false)
  const name = profile.name
  if (here) return null
  return (
    <>
      <Button tone="plain" className="mr-auto" onClick={() => setAsking(true)}>
        <Trans>Delete profile</Trans>
      </Button>
      <Dialog open={asking} title={t`Delete “${name}”?`} close={() => setAsking(false)}>
        <p className="mt-2 text-soft">
          <Trans>Its history and its place in every film go away for good. Devices that use it are signed out.</Trans>
        </p>
        {remove.error && (
          <p role="alert" className="mt-3 text-sm text-bad">
            {refusal(remove.error)}
          </p>
        )}
        <div className="mt-6 flex justify-end gap-3">
          <Button tone="quiet" onClick={() => setAsking(false)}>
            <Trans>Keep</Trans>
          </Button>
          <Button disabled={remove.isPending} onClick={() => remove.mutate(profile.id, { onSuccess: done })}>
            <Trans>Delete</Trans>
          </Button>
        </div>
      </Dialog>
    </>
  )
}
