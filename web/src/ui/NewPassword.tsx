import { useLingui } from '@lingui/react/macro'
import { type ComponentProps, useState } from 'react'
import { Field } from './Field'

const shortest = 8

/** A password to be: a manager may offer one, and one that is too short never leaves the page. */
export function NewPassword({ problem, ...rest }: Omit<ComponentProps<typeof Field>, 'type' | 'hint'>) {
  const { t } = useLingui()
  const [tooShort, setTooShort] = useState(false)
  const rule = t`At least ${shortest} characters`
  return (
    <Field
      {...rest}
      type="password"
      autoComplete="new-password"
      required
      maxLength={256}
      hint={rule}
      problem={tooShort ? rule : problem}
      onInvalid={(event) => {
        event.preventDefault() // Said under the field, in the language of the page.
        event.currentTarget.focus()
        setTooShort(true)
      }}
      onInput={({ currentTarget }) => {
        currentTarget.setCustomValidity(currentTarget.value.length < shortest ? rule : '')
        setTooShort(false)
      }}
    />
  )
}
