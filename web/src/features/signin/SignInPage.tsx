import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useRef } from 'react'
import { useSignIn } from '@/api/entrance'
import { hasCode, hasStatus } from '@/api/problem'
import { severalProfiles } from '@/api/profiles'
import { setupState } from '@/api/session'
import { Button, buttonClass } from '@/ui/Button'
import { Doorway } from '@/ui/Doorway'
import { Field } from '@/ui/Field'

const route = getRouteApi('/signin')

export function SignInPage() {
  const { t } = useLingui()
  const { next } = route.useSearch()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const setup = useQuery(setupState)
  const signIn = useSignIn()
  const password = useRef<HTMLInputElement>(null)

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    signIn.mutate(
      { email: String(form.get('email')).trim(), password: String(form.get('password')) },
      {
        onSuccess: enter,
        onError: () => password.current?.select(),
      },
    )
  }

  const enter = async () => {
    if (await severalProfiles(queries)) await navigate({ to: '/profiles', search: { next }, replace: true })
    else await navigate({ href: next ?? '/', replace: true })
  }

  return (
    <Doorway
      title={t`Sign in`}
      intro={
        setup.data?.needed && (
          <Trans>This server has no administrator yet. Open the link it printed when it first started.</Trans>
        )
      }
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
        <Field
          ref={password}
          label={t`Password`}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          problem={signIn.error ? reason(signIn.error) : undefined}
        />
        <Button type="submit" className="mt-2 w-full" disabled={signIn.isPending} aria-busy={signIn.isPending}>
          <Trans>Sign in</Trans>
        </Button>
        <div className="grid gap-1">
          <Link to="/forgot" className={buttonClass('plain')}>
            <Trans>Forgot your password?</Trans>
          </Link>
          {setup.data?.signUp === 'open' && (
            <Link to="/signup" className={buttonClass('plain')}>
              <Trans>Create account</Trans>
            </Link>
          )}
        </div>
      </form>
    </Doorway>
  )

  function reason(error: unknown): string {
    if (hasCode(error, 'bad_credentials')) return t`That email and password do not match.`
    if (hasCode(error, 'account_disabled'))
      return t`This account is disabled. Whoever runs this server can change that.`
    if (hasStatus(error, 429)) return t`Too many tries. Wait a minute, then try again.`
    return t`The server cannot be reached. Try again in a moment.`
  }
}
