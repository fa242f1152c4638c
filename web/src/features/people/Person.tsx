import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useChangeUser, useResetLink } from '@/api/people'
import { hasCode } from '@/api/problem'
import { useMe } from '@/api/session'
import type { Role, User } from '@/api/types'
import { Button } from '@/ui/Button'
import { Select } from '@/ui/Select'
import { toast } from '@/ui/toast'
import { roles } from './words'

type Props = { user: User; remove: () => void; showLink: (path: string) => void }

/** One account in the list: what it may do, and what may be done with it. Nobody changes their own here. */
export function Person({ user, remove, showLink }: Props) {
  const { t, i18n } = useLingui()
  const self = useMe()?.user.id === user.id
  const change = useChangeUser()
  const link = useResetLink()
  const name = user.name || user.email
  const facts = [
    self && t`you`,
    user.disabled && t`kept out`,
    !user.verified && t`address not confirmed`,
    plural(user.profiles ?? 1, { one: '# profile', other: '# profiles' }),
  ].filter((fact) => fact !== false)
  const refused = (error: unknown) => {
    if (hasCode(error, 'last_admin')) toast(t`Somebody has to run the house: this is the last administrator.`)
    else toast(t`That was not done. Try again in a moment.`)
  }
  const set = (to: { role?: Role; disabled?: boolean }) =>
    change.mutate({ id: user.id, change: to }, { onError: refused })
  return (
    <li className="flex min-h-18 flex-wrap items-center gap-x-4 gap-y-3 py-3">
      <div className="min-w-60 flex-1">
        <p className={`truncate ${user.disabled ? 'text-faint' : ''}`}>{name}</p>
        <p className="flex flex-wrap gap-x-2 text-sm text-faint">
          {name !== user.email && <span className="truncate">{user.email}</span>}
          {facts.map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
      </div>
      <Select
        label={t`What ${name} may do`}
        hideLabel
        className="w-60"
        value={user.role}
        disabled={self || change.isPending}
        onChange={(event) => set({ role: event.target.value as Role })}
      >
        {roles.map(([role, words]) => (
          <option key={role} value={role}>
            {i18n._(words)}
          </option>
        ))}
      </Select>
      <div className="flex flex-wrap gap-x-2">
        <Button
          tone="plain"
          disabled={link.isPending}
          aria-label={t`New password link for ${name}`}
          onClick={() => link.mutate(user.id, { onSuccess: showLink, onError: refused })}
        >
          <Trans>Password link</Trans>
        </Button>
        <Button
          tone="plain"
          disabled={self || change.isPending}
          aria-label={user.disabled ? t`Let in: ${name}` : t`Keep out: ${name}`}
          onClick={() => set({ disabled: !user.disabled })}
        >
          {user.disabled ? <Trans>Let in</Trans> : <Trans>Keep out</Trans>}
        </Button>
        <Button tone="plain" disabled={self} aria-label={t`Delete ${name}`} onClick={remove}>
          <Trans>Delete</Trans>
        </Button>
      </div>
    </li>
  )
}
