import type { ComponentProps } from 'react'

/** The one action a line of the table offers. */
export function RowAction(props: ComponentProps<'button'>) {
  return (
    <button
      type="button"
      {...props}
      className="h-8 rounded-poster text-sm font-medium text-accent transition-colors hover:text-ink"
    />
  )
}
