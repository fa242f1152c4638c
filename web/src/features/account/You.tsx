import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useAskToVerify, useChangeMe } from '@/api/account'
import { hasCode } from '@/api/problem'
import { setupState } from '@/api/session'
import type { Language, Me } from '@/api/types'
import { locales } from '@/i18n'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { CheckIcon } from '@/ui/icons'
import { Select } from '@/ui/Select'
import { toast } from '@/ui/toast'

/** The name and the address, and the language letters come in. */
export function You({ who }: { who: Me }) {
  const { t } = useLingui()
  const change = useChangeMe()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    change.mutate(
      { name: String(form.get('name')).trim(), language: String(form.get('language')) as Language },
      { onSuccess: () => toast(t`Saved.`) },
    )
  }
  return (
    <form onSubmit={submit} className="grid gap-5">
      <Address who={who} />
      <Field
        label={t`Name`}
        name="name"
        defaultValue={who.user.name}
        autoComplete="name"
        required
        maxLength={40}
        problem={change.error ? reason(change.error) : undefined}
      />
      <Select label={t`Language of letters`} name="language" defaultValue={who.user.language}>
        {who.user.language === '' && <option value="">{t`Not chosen`}</option>}
        {locales.map(({ id, name }) => (
          <option key={id} value={id} lang={id}>
            {name}
          </option>
        ))}
      </Select>
      <Button type="submit" tone="quiet" className="justify-self-start" disabled={change.isPending}>
        <Trans>Save</Trans>
      </Button>
    </form>
  )

  function reason(error: unknown): string {
    if (hasCode(error, 'bad_name')) return t`A name has 1 to 40 characters.`
    return t`The server cannot be reached. Try again in a moment.`
  }
}

function Address({ who }: { who: Me }) {
  const { t } = useLingui()
  const ask = useAskToVerify()
  const mails = useQuery(setupState).data?.mail
  const refused = (error: unknown) => {
    if (hasCode(error, 'no_mail')) toast(t`This server sends no letters.`)
    else toast(t`The letter was not sent. Try again in a moment.`)
  }
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <span className="min-w-0 truncate">{who.user.email}</span>
      {who.user.verified ? (
        <span className="flex items-center gap-1.5 text-sm text-good">
          <CheckIcon size={16} />
          <Trans>Confirmed</Trans>
        </span>
      ) : !mails ? null : (
        <button
          type="button"
          disabled={ask.isPending || ask.isSuccess}
          className="h-8 rounded-poster text-sm font-medium text-accent transition-colors hover:text-ink disabled:opacity-60"
          onClick={() => ask.mutate(undefined, { onError: refused })}
        >
          {ask.isSuccess ? <Trans>A letter is on its way</Trans> : <Trans>Confirm this address</Trans>}
        </button>
      )}
    </div>
  )
}
