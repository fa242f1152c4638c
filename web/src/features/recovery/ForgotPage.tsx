import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useForgot } from '@/api/doors'
import { hasCode, hasStatus } from '@/api/problem'
import { setupState } from '@/api/session'
import type { Language } from '@/api/types'
import { Button, buttonClass } from '@/ui/Button'
import { Doorway } from '@/ui/Doorway'
import { Field } from '@/ui/Field'

/** The way back for who forgot their password. It says the same whether or not the address has an account. */
export function ForgotPage() {
  const { t, i18n } = useLingui()
  const setup = useQuery(setupState)
  const forgot = useForgot()
  const [sentTo, setSentTo] = useState<string>()

  if (setup.data && !setup.data.mail) {
    return (
      <Doorway
        title={t`Forgot your password?`}
        intro={<Trans>This server sends no letters. Whoever runs it can make you a link for a new password.</Trans>}
      >
        <Back />
      </Doorway>
    )
  }
  if (sentTo) {
    return (
      <Doorway
        title={t`Look in your mail`}
        intro={
          <Trans>
            If {sentTo} has an account here, a letter is on its way. Its link makes a new password, for one hour.
          </Trans>
        }
      >
        <Back />
      </Doorway>
    )
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const email = String(new FormData(event.currentTarget).get('email')).trim()
    forgot.mutate({ email, language: i18n.locale as Language }, { onSuccess: () => setSentTo(email) })
  }
  return (
    <Doorway title={t`Forgot your password?`} intro={<Trans>A letter with a link for a new one comes to you.</Trans>}>
      <form onSubmit={submit} className="grid gap-5">
        <Field
          label={t`Email`}
          name="email"
          type="email"
          autoComplete="username"
          inputMode="email"
          maxLength={254}
          required
          autoFocus
          problem={forgot.error ? reason(forgot.error) : undefined}
        />
        <Button type="submit" className="mt-2 w-full" disabled={forgot.isPending} aria-busy={forgot.isPending}>
          <Trans>Send the letter</Trans>
        </Button>
        <Link to="/signin" search={{}} className={buttonClass('plain', 'w-full')}>
          <Trans>Back to sign in</Trans>
        </Link>
      </form>
    </Doorway>
  )

  function reason(error: unknown): string {
    if (hasCode(error, 'bad_email')) return t`This is not an e-mail address.`
    if (hasStatus(error, 429)) return t`Too many tries. Wait a minute, then try again.`
    return t`The server cannot be reached. Try again in a moment.`
  }
}

function Back() {
  return (
    <Link to="/signin" search={{}} className={buttonClass('primary', 'w-full')}>
      <Trans>Back to sign in</Trans>
    </Link>
  )
}
