import { useLingui } from '@lingui/react/macro'
import { Button } from './Button'
import { CheckIcon, PlusIcon } from './icons'

/** Puts a film on the profile's list, or takes it off: a sign with its name, or the sign alone. */
export function ListButton({
  listed,
  put,
  bare = false,
}: {
  /** Whether it is there; unknown until that is loaded. */
  listed: boolean | undefined
  put: (listed: boolean) => void
  bare?: boolean
}) {
  const { t } = useLingui()
  const name = t`My list`
  return (
    <Button
      tone="quiet"
      className={bare ? 'w-11 px-0' : 'h-12'}
      aria-label={bare ? name : undefined}
      aria-pressed={listed ?? false}
      disabled={listed === undefined}
      onClick={() => put(!listed)}
    >
      {listed ? <CheckIcon size={20} className="shrink-0 text-accent" /> : <PlusIcon size={20} className="shrink-0" />}
      {!bare && name}
    </Button>
  )
}
