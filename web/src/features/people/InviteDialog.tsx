import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useInvite } from '@/api/people'
import { hasCode } from '@/api/problem'
import { setupState } from '@/api/session'
import type { Language, Role } from '@/api/types'
import { locales } from '@/i18n'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Select'
import { CopyLink } from './CopyLink'
import { roles } from './words'

/** Lets somebody in: by a letter to their address, or by a link to hand over. */
export function InviteDialog({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useLingui()
  return (
    <Dialog open={open} title={t`Invite someone`} close={close}>
      <Invite close={close} />
    </Dialog>
  )
}

function Invite({ close }: { close: () => void }) {
  const { t, i18n } = useLingui()
  const { data: setup } = useQuery(setupState)
  const invite = useInvite()
  const [to, setTo] = useState('')
  const byLetter = Boolean(setup?.mail) && to !== ''

  if (invite.data) {
    const { mailed, path } = invite.data
    return (
      <>
        <p className="mt-2 mb-4 text-soft">
          {mailed ? (
            <Trans>A letter with the invitation is on its way to {to}.</Trans>
          ) : (
            <Trans>Hand this link over yourself: it is shown this once, and lets one person in.</Trans>
          )}
        </p>
        {path && <CopyLink path={path} />}
        <div className="mt-6 flex justify-end">
          <Button onClick={close}>
            <Trans>Done</Trans>
          </Button>
        </div>
      </>
    )
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    invite.mutate({
      email: to || undefined,
      role: String(form.get('role')) as Role,
      language: String(form.get('language')) as Language,
      letter: byLetter,
    })
  }
  return (
    <form onSubmit={submit} className="mt-4 grid gap-4">
      <Field
        label={t`Email (optional)`}
        type="email"
        inputMode="email"
        autoComplete="off"
        maxLength={254}
        autoFocus
        hint={
          setup?.mail
            ? t`The invitation goes there. Without one, you get a link to hand over.`
            : t`The link you get is then for this address alone.`
        }
        problem={invite.error ? reason(invite.error) : undefined}
        onChange={(event) => setTo(event.target.value.trim())}
      />
      <Select label={t`May`} name="role" defaultValue="viewer">
        {roles.map(([role, words]) => (
          <option key={role} value={role}>
            {i18n._(words)}
          </option>
        ))}
      </Select>
      <Select label={t`Language`} name="language" defaultValue={i18n.locale}>
        {locales.map(({ id, name }) => (
          <option key={id} value={id} lang={id}>
            {name}
          </option>
        ))}
      </Select>
      <div className="mt-2 flex justify-end gap-3">
        <Button tone="quiet" onClick={close}>
          <Trans>Cancel</Trans>
        </Button>
        <Button type="submit" disabled={invite.isPending} aria-busy={invite.isPending}>
          {byLetter ? <Trans>Send invitation</Trans> : <Trans>Make a link</Trans>}
        </Button>
      </div>
    </form>
  )

  function reason(error: unknown): string {
    if (hasCode(error, 'bad_email')) return t`This is not an e-mail address.`
    if (hasCode(error, 'email_taken')) return t`This address has an account already.`
    if (hasCode(error, 'sign_up_closed')) return t`This server is set to take nobody new (KK_SIGN_UP).`
    return t`That was not done. Try again in a moment.`
  }
}
