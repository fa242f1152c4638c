import { type ReactNode, useId } from 'react'

type Choice<Value> = { value: Value; label: string; shown?: ReactNode }

/** One of several, all in sight: radio buttons that look like what they stand for. Arrow keys are the browser's. */
export function Choices<Value extends string>({
  legend,
  value,
  options,
  onChange,
  round = false,
  disabled = false,
}: {
  legend: string
  value: Value
  options: Choice<Value>[]
  onChange: (value: Value) => void
  /** Whether the choices are round pictures, not words. */
  round?: boolean
  disabled?: boolean
}) {
  const name = useId()
  return (
    <fieldset disabled={disabled} className="min-w-0 disabled:opacity-60">
      <legend className="pb-3 text-sm text-soft">{legend}</legend>
      <div className="flex flex-wrap gap-2">
        {options.map((one) => (
          <label
            key={one.value}
            htmlFor={`${name}-${one.value}`}
            className={`relative grid place-items-center border-2 transition-colors ${round ? 'rounded-full p-0.5' : 'min-h-11 rounded-poster px-3.5 py-1'} ${one.value === value ? 'border-accent text-ink' : `text-soft hover:text-ink ${round ? 'border-transparent' : 'border-line'}`}`}
          >
            <input
              id={`${name}-${one.value}`}
              type="radio"
              name={name}
              value={one.value}
              checked={one.value === value}
              onChange={() => onChange(one.value)}
              className="sr-only"
            />
            {one.shown ? (
              <>
                <span className="sr-only">{one.label}</span>
                {one.shown}
              </>
            ) : (
              one.label
            )}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
