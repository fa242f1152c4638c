import { Trans, useLingui } from '@lingui/react/macro'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { useReset } from '@/api/doors'
import { hasCode, hasStatus } from '@/api/problem'
import { Button, buttonClass } from '@/ui/Button'
import { Doorway } from '@/ui/Doorway'
import { NewPassword } from '@/ui/NewPassword'

const route = getRouteApi('/reset')

/** Where a link for a new password leads: one from a letter, or one that the administrator made. */
export function ResetPage() {
  const { t } = useLingui()
  const { token } = route.useSearch()
  const reset = useReset()

  if (reset.isSuccess) {
    return (
      <Doorway
        title={t`Your new password is set`}
        intro={<Trans>Every device was signed out. Come in with the new one.</Trans>}
      >
        <Link to="/signin" search={{}} className={buttonClass('primary', 'w-full')}>
          <Trans>Sign in</Trans>
        </Link>
      </Doorway>
    )
  }
  if (hasCode(reset.error, 'bad_link')) {
    return (
      <Doorway
        title={t`This link is over`}
        intro={<Trans>It was used already or is too old. Ask for another one.</Trans>}
      >
        <Link to="/forgot" className={buttonClass('primary', 'w-full')}>
          <Trans>Ask for another link</Trans>
        </Link>
      </Doorway>
    )
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    reset.mutate({ token, password: String(new FormData(event.currentTarget).get('password')) })
  }
  return (
    <Doorway title={t`Choose a new password`} intro={<Trans>It signs every device out, to be sure.</Trans>}>
      <form onSubmit={submit} className="grid gap-5">
        <NewPassword
          label={t`New password`}
          name="password"
          autoFocus
          problem={reset.error ? reason(reset.error) : undefined}
        />
        <Button type="submit" className="mt-2 w-full" disabled={reset.isPending} aria-busy={reset.isPending}>
          <Trans>Save password</Trans>
        </Button>
      </form>
    </Doorway>
  )

  function reason(error: unknown): string {
    if (hasCode(error, 'bad_password')) return t`Choose another password: this one is too easy to guess.`
    if (hasStatus(error, 429)) return t`Too many tries. Wait a minute, then try again.`
    return t`The server cannot be reached. Try again in a moment.`
  }
}
