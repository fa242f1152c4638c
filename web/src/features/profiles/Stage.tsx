import { useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Logo } from '@/ui/Logo'

/** A page with nothing on it but the question it asks. */
export function Stage({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useLingui()
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="page-x flex h-16 shrink-0 items-center">
        <Link to="/" aria-label={t`KKMovies, library`} className="rounded-poster">
          <Logo className="text-lg" />
        </Link>
      </header>
      {/* From the top: how many there are to choose from is not known at first, and the question stays where it is. */}
      <main className="flex flex-1 animate-rise flex-col items-center px-4 pt-24 pb-24">
        <h1 className="mb-8 text-center text-xl md:mb-12">{title}</h1>
        {children}
      </main>
    </div>
  )
}
