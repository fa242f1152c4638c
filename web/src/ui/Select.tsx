import { type ComponentProps, useId } from 'react'

/** One of a few, by the list every browser and remote knows. */
export function Select({
  label,
  hideLabel = false,
  className = '',
  ...rest
}: ComponentProps<'select'> & { label: string; hideLabel?: boolean }) {
  const id = useId()
  return (
    <div className={`grid gap-1.5 ${className}`}>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'text-sm text-soft'}>
        {label}
      </label>
      <select
        {...rest}
        id={id}
        className="h-11 w-full rounded-poster border border-line bg-surface px-2 text-base text-ink disabled:opacity-60"
        style={{ fontFamily: 'inherit' }}
      />
    </div>
  )
}
