import { Trans, useLingui } from '@lingui/react/macro'
import { Link, Outlet } from '@tanstack/react-router'
import { useState } from 'react'
import { mayUpload, useMe } from '@/api/session'
import { pictureGiven } from '@/lib/given'
import { SearchIcon } from '@/ui/icons'
import { Logo } from '@/ui/Logo'
import { AccountMenu } from './AccountMenu'

const place =
  'flex h-11 items-center text-base text-soft transition-colors hover:text-ink aria-[current=page]:text-ink aria-[current=page]:font-medium'

/** The header and what stands under it, for whoever is signed in. */
export function Shell() {
  const { t } = useLingui()
  const who = useMe()
  // What stands there already does not appear once more.
  const [painted] = useState(pictureGiven)
  return (
    <>
      <a
        href="#content"
        className="sr-only z-50 rounded-poster bg-white px-4 py-2 text-ground focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        <Trans>Skip to content</Trans>
      </a>
      <header className="page-x absolute inset-x-0 top-0 z-30 flex h-16 items-center gap-6 md:gap-8">
        <Link to="/" aria-label={t`KKMovies, library`} className="rounded-poster">
          <Logo className="text-lg" />
        </Link>
        <nav aria-label={t`Main`} className="places">
          <Link to="/" className={place} activeOptions={{ exact: true }}>
            <Trans>Films</Trans>
          </Link>
          <Link to="/browse" className={place}>
            <Trans>Browse</Trans>
          </Link>
          <Link to="/list" className={place}>
            <Trans>My list</Trans>
          </Link>
          {mayUpload(who) && (
            <Link to="/upload" className={place}>
              <Trans>Upload</Trans>
            </Link>
          )}
        </nav>
        <div className="ml-auto flex items-center gap-4">
          <Link
            to="/search"
            aria-label={t`Search`}
            className="grid size-11 place-items-center rounded-full text-soft transition-colors hover:text-ink aria-[current=page]:text-ink"
          >
            <SearchIcon />
          </Link>
          <AccountMenu />
        </div>
      </header>
      <main id="content" tabIndex={-1} className={`outline-none ${painted ? '' : 'animate-appear'}`}>
        <Outlet />
      </main>
    </>
  )
}
