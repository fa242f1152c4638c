import { Trans, useLingui } from '@lingui/react/macro'
import { useRouter } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useDeleteMe, useExport } from '@/api/account'
import { hasCode, hasStatus } from '@/api/problem'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { toast } from '@/ui/toast'

/** All that is kept of somebody: to have, or to have gone. */
export function Data() {
  const { t } = useLingui()
  const get = useExport()
  const [leaving, setLeaving] = useState(false)
  return (
    <div className="grid gap-4">
      <p className="text-soft">
        <Trans>Everything kept of you, as one file: the account, its profiles, devices and what was watched.</Trans>
      </p>
      <div className="flex flex-wrap gap-3">
        <Button
          tone="quiet"
          disabled={get.isPending}
          onClick={() =>
            get.mutate(undefined, {
              onSuccess: (file) => save(file, 'kkmovies.json'),
              onError: () => toast(t`The file did not come. Try again in a moment.`),
            })
          }
        >
          <Trans>Download my data</Trans>
        </Button>
        <Button tone="plain" onClick={() => setLeaving(true)}>
          <Trans>Delete account</Trans>
        </Button>
      </div>
      <Dialog open={leaving} title={t`Delete your account?`} close={() => setLeaving(false)}>
        <Leave close={() => setLeaving(false)} />
      </Dialog>
    </div>
  )
}

function Leave({ close }: { close: () => void }) {
  const { t } = useLingui()
  const router = useRouter()
  const remove = useDeleteMe()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const password = String(new FormData(event.currentTarget).get('password'))
    remove.mutate(password, { onSuccess: () => router.invalidate() })
  }
  return (
    <form onSubmit={submit} className="mt-2 grid gap-4">
      <p className="text-soft">
        <Trans>Its profiles, history and devices go away for good. There is no way back.</Trans>
      </p>
      <Field
        label={t`Password`}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        autoFocus
        maxLength={256}
        problem={remove.error ? reason(remove.error) : undefined}
      />
      <div className="mt-2 flex justify-end gap-3">
        <Button tone="quiet" onClick={close}>
          <Trans>Keep</Trans>
        </Button>
        <Button type="submit" disabled={remove.isPending}>
          <Trans>Delete account</Trans>
        </Button>
      </div>
    </form>
  )

  function reason(error: unknown): string {
    if (hasCode(error, 'wrong_password')) return t`That is not the account's password.`
    if (hasCode(error, 'last_admin')) return t`You are the last administrator. Make somebody else one first.`
    if (hasStatus(error, 429)) return t`Too many tries. Wait a minute, then try again.`
    return t`The server cannot be reached. Try again in a moment.`
  }
}

/** Hands a file to the browser's downloads. */
function save(file: Blob, name: string) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
