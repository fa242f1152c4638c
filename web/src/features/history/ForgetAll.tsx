import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useForget } from '@/api/watch'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { toast } from '@/ui/toast'

/** The end of all that was watched, after a question that says what becomes of it. */
export function ForgetAll() {
  const { t } = useLingui()
  const forget = useForget()
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Button tone="quiet" onClick={() => setAsking(true)}>
        <Trans>Clear history</Trans>
      </Button>
      <Dialog open={asking} title={t`Clear the whole history?`} close={() => setAsking(false)}>
        <p className="mt-2 text-soft">
          <Trans>
            Everything this profile watched goes away, on every device: from here and from the films to go on with. Each
            film then begins at its beginning. My list and ratings stay. There is no way back.
          </Trans>
        </p>
        <div className="mt-6 flex flex-wrap justify-end gap-3">
          <Button tone="quiet" onClick={() => setAsking(false)}>
            <Trans>Keep</Trans>
          </Button>
          <Button
            disabled={forget.isPending}
            onClick={() =>
              forget.mutate(undefined, {
                onSuccess: () => setAsking(false),
                onError: () => toast(t`The history is as it was: the server did not clear it. Try again in a moment.`),
              })
            }
          >
            <Trans>Clear history</Trans>
          </Button>
        </div>
      </Dialog>
    </>
  )
}
