import type { ReactNode } from 'react'

/** One sentence and one action, where a screen has nothing better to show: empty, broken, forbidden. */
export function State({
  children,
  action,
  role,
}: {
  children: ReactNode
  action?: ReactNode
  role?: 'alert' | 'status'
}) {
  return (
    <div
      role={role}
      className="grid min-h-[60vh] animate-appear place-content-center justify-items-center gap-6 px-6 text-center"
    >
      <p className="max-w-[44ch] text-lg text-balance text-soft">{children}</p>
      {action}
    </div>
  )
}
