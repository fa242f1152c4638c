import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { useSetUp } from '@/api/entrance'
import { hasCode, hasStatus, Problem } from '@/api/problem'
import { setupState } from '@/api/session'
import { Button, buttonClass } from '@/ui/Button'
import { Doorway } from '@/ui/Doorway'
import { Field } from '@/ui/Field'
import { NewPassword } from '@/ui/NewPassword'

const route = getRouteApi('/setup')

/** The first start's page: whoever holds the printed link becomes the administrator. */
export function SetupPage() {
  const { t } = useLingui()
  const { token } = route.useSearch()
  const navigate = useNavigate()
  const state = useQuery(setupState)
  const setUp = useSetUp()

  if (state.data?.needed === false && !setUp.isSuccess) {
    return (
      <Doorway title={t`This server is already set up`}>
        <Link to="/signin" search={{}} className={buttonClass('primary', 'w-full')}>
          <Trans>Sign in</Trans>
        </Link>
      </Doorway>
    )
  }

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setUp.mutate(
      { token, email: String(form.get('email')).trim(), password: String(form.get('password')) },
      { onSuccess: () => navigate({ to: '/', replace: true }) },
    )
  }

  return (
    <Doorway
      title={t`Welcome to your cinema`}
      intro={<Trans>Create the administrator's account. It uploads films and invites everyone else.</Trans>}
    >
      <form onSubmit={submit} className="grid gap-5">
        <Field
          label={t`Email`}
          name="email"
          type="email"
          autoComplete="username"
          inputMode="email"
          required
          autoFocus
        />
        <NewPassword label={t`Password`} name="password" problem={setUp.error ? reason(setUp.error) : undefined} />
        <Button type="submit" className="mt-2 w-full" disabled={setUp.isPending} aria-busy={setUp.isPending}>
          <Trans>Create account</Trans>
        </Button>
      </form>
    </Doorway>
  )

  function reason(error: unknown): string {
    if (hasCode(error, 'bad_setup_token')) return t`This link is not the one the server printed, or it is too old.`
    if (hasCode(error, 'already_set_up')) return t`This server already has an administrator. Sign in instead.`
    if (hasCode(error, 'bad_email')) return t`This is not an e-mail address.`
    if (hasStatus(error, 422) && error instanceof Problem && error.detail) return error.detail
    return t`The server cannot be reached. Try again in a moment.`
  }
}
