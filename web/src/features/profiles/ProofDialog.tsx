import { Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useRef, useState } from 'react'
import type { Proof } from '@/api/profiles'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { useRefusal } from './useRefusal'

/** What is asked for: a profile's PIN, or the account's password. */
export type Asked = { profile: string; by: 'pin' | 'password'; hasPin: boolean }

type Props = {
  asked: Asked | null
  close: () => void
  /** Tries with what was typed; throws what the server refused it with. */
  attempt: (proof: Proof) => Promise<unknown>
}

/** Asks for what opens a profile. The account's password opens them all. */
export function ProofDialog({ asked, close, attempt }: Props) {
  const { t } = useLingui()
  const name = asked?.profile ?? ''
  return (
    <Dialog open={asked !== null} title={t`Open “${name}”`} close={close}>
      {asked && <ProofForm asked={asked} close={close} attempt={attempt} />}
    </Dialog>
  )
}

function ProofForm({ asked, close, attempt }: Props & { asked: Asked }) {
  const { t } = useLingui()
  const refusal = useRefusal()
  const [by, setBy] = useState(asked.by)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const field = useRef<HTMLInputElement>(null)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const typed = field.current?.value ?? ''
    setBusy(true)
    try {
      await attempt(by === 'pin' ? { pin: typed } : { password: typed })
    } catch (error) {
      setProblem(refusal(error))
      setBusy(false)
      field.current?.select()
    }
  }

  return (
    <form onSubmit={submit} className="mt-4 grid gap-4">
      {by === 'password' && (
        <p className="text-soft">
          {asked.hasPin ? (
            <Trans>The account's password opens every profile.</Trans>
          ) : (
            <Trans>It shows more than the profile in use, so it asks for the account's password.</Trans>
          )}
        </p>
      )}
      <Field
        key={by}
        ref={field}
        label={by === 'pin' ? t`PIN` : t`Account password`}
        type="password"
        inputMode={by === 'pin' ? 'numeric' : undefined}
        autoComplete={by === 'pin' ? 'off' : 'current-password'}
        maxLength={by === 'pin' ? 8 : 256}
        required
        autoFocus
        problem={problem}
        onInput={() => setProblem(undefined)}
      />
      {asked.hasPin && (
        <button
          type="button"
          className="h-8 rounded-poster text-left text-sm font-medium text-accent transition-colors hover:text-ink"
          onClick={() => {
            setProblem(undefined)
            setBy(by === 'pin' ? 'password' : 'pin')
          }}
        >
          {by === 'pin' ? <Trans>Use the account's password</Trans> : <Trans>Use the PIN</Trans>}
        </button>
      )}
      <div className="mt-2 flex justify-end gap-3">
        <Button tone="quiet" onClick={close}>
          <Trans>Cancel</Trans>
        </Button>
        <Button type="submit" disabled={busy} aria-busy={busy}>
          <Trans>Continue</Trans>
        </Button>
      </div>
    </form>
  )
}
