import { Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useRef } from 'react'
import { useChangePassword } from '@/api/account'
import { hasCode, hasStatus } from '@/api/problem'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { NewPassword } from '@/ui/NewPassword'
import { toast } from '@/ui/toast'

/** Another password, for who knows the one that is. The other devices are signed out. */
export function Password() {
  const { t } = useLingui()
  const change = useChangePassword()
  const form = useRef<HTMLFormElement>(null)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const said = new FormData(event.currentTarget)
    change.mutate(
      { oldPassword: String(said.get('old')), password: String(said.get('new')) },
      {
        onSuccess: () => {
          form.current?.reset()
          toast(t`Your password is changed. Other devices were signed out.`)
        },
      },
    )
  }
  const wrong = hasCode(change.error, 'wrong_password')
  return (
    <form ref={form} onSubmit={submit} className="grid gap-5">
      <Field
        label={t`Current password`}
        name="old"
        type="password"
        autoComplete="current-password"
        required
        maxLength={256}
        problem={wrong ? t`That is not the account's password.` : undefined}
      />
      <NewPassword
        label={t`New password`}
        name="new"
        problem={change.error && !wrong ? reason(change.error) : undefined}
      />
      <Button type="submit" tone="quiet" className="justify-self-start" disabled={change.isPending}>
        <Trans>Change password</Trans>
      </Button>
    </form>
  )

  function reason(error: unknown): string {
    if (hasCode(error, 'bad_password')) return t`Choose another password: this one is too easy to guess.`
    if (hasStatus(error, 429)) return t`Too many tries. Wait a minute, then try again.`
    return t`The server cannot be reached. Try again in a moment.`
  }
}
