import { type ComponentProps, useId } from 'react'

/** A labelled input that says what is wrong with it underneath, and to screen readers. */
export function Field({
  label,
  hint,
  problem,
  ...rest
}: ComponentProps<'input'> & { label: string; hint?: string; problem?: string }) {
  const id = useId()
  const note = problem ?? hint
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm text-soft">
        {label}
      </label>
      <input
        {...rest}
        id={id}
        aria-invalid={problem ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        className="h-12 w-full rounded-poster border border-line bg-surface px-3.5 text-base text-ink transition-colors placeholder:text-faint hover:border-white/20 focus:border-accent focus:outline-none disabled:opacity-60 aria-invalid:border-bad"
      />
      {note && (
        <p id={`${id}-note`} className={`text-sm ${problem ? 'text-bad' : 'text-faint'}`}>
          {note}
        </p>
      )}
    </div>
  )
}
