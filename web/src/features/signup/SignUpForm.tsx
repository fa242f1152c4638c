import { Trans, useLingui } from '@lingui/react/macro'
import type { FormEvent } from 'react'
import { hasCode, hasStatus } from '@/api/problem'
import type { Language } from '@/api/types'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { NewPassword } from '@/ui/NewPassword'

type Props = {
  /** The address an invitation is for: nobody else may use it. */
  email?: string
  error: unknown
  busy: boolean
  send: (asked: { name: string; email: string; password: string; language: Language }) => void
}

export function SignUpForm({ email, error, busy, send }: Props) {
  const { t, i18n } = useLingui()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    send({
      name: String(form.get('name')).trim(),
      email: String(form.get('email')).trim(),
      password: String(form.get('password')),
      language: i18n.locale as Language,
    })
  }
  const aboutEmail = ['bad_email', 'email_taken', 'invited_as_other'].some((code) => hasCode(error, code))
  const aboutName = hasCode(error, 'bad_name')
  return (
    <form onSubmit={submit} className="grid gap-5">
      <Field
        label={t`Name`}
        name="name"
        autoComplete="name"
        maxLength={40}
        required
        autoFocus
        problem={aboutName ? reason(error) : undefined}
      />
      <Field
        label={t`Email`}
        name="email"
        type="email"
        autoComplete="username"
        inputMode="email"
        maxLength={254}
        defaultValue={email}
        readOnly={email !== undefined}
        required
        problem={aboutEmail ? reason(error) : undefined}
      />
      <NewPassword
        label={t`Password`}
        name="password"
        problem={error && !aboutEmail && !aboutName ? reason(error) : undefined}
      />
      <Button type="submit" className="mt-2 w-full" disabled={busy} aria-busy={busy}>
        <Trans>Create account</Trans>
      </Button>
    </form>
  )

  function reason(error: unknown): string {
    if (hasCode(error, 'bad_email')) return t`This is not an e-mail address.`
    if (hasCode(error, 'email_taken')) return t`This address has an account already. Sign in instead.`
    if (hasCode(error, 'invited_as_other')) return t`The invitation is for another address.`
    if (hasCode(error, 'bad_name')) return t`A name has 1 to 40 characters.`
    if (hasCode(error, 'bad_password')) return t`Choose another password: this one is too easy to guess.`
    if (hasCode(error, 'bad_invitation')) return t`The invitation was used already or is too old. Ask for another one.`
    if (hasCode(error, 'sign_up_closed') || hasCode(error, 'invitation_needed'))
      return t`This server takes nobody new without an invitation.`
    if (hasStatus(error, 429)) return t`Too many tries. Wait a minute, then try again.`
    return t`The server cannot be reached. Try again in a moment.`
  }
}
