import type { ReactNode } from 'react'

/** One sentence and one action, where a screen has nothing better to show: empty, broken, forbidden. */
export function State({
  children,
  action,
  role,
  fill = true,
}: {
  children: ReactNode
  action?: ReactNode
  role?: 'alert' | 'status'
  /** Whether it has the whole screen to itself. */
  fill?: boolean
}) {
  const Text = fill ? 'h1' : 'p'
  return (
    <div
      role={role}
      className={`grid animate-appear place-content-center justify-items-center gap-6 px-6 py-16 text-center ${fill ? 'min-h-dvh' : ''}`}
    >
      <Text className="max-w-[44ch] text-lg font-normal tracking-normal text-balance text-soft">{children}</Text>
      {action}
    </div>
  )
}
