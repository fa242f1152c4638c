import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { HomeRow } from '@/api/types'
import { nameIn, titleIn } from '@/lib/inLanguage'
import { ChevronIcon } from '@/ui/icons'

const look = 'group inline-flex items-center gap-1 rounded-poster'

/** What a row is, leading to all of it. */
export function RowTitle({ row: { kind, genre, because } }: { row: HomeRow }) {
  const { t, i18n } = useLingui()
  if (because) {
    const title = titleIn(because, i18n.locale)
    return (
      <Link to="/title/$id" params={{ id: because.movieId }} className={look}>
        <More>
          {because.action === 'liked' ? (
            <Trans>Because you liked {title}</Trans>
          ) : (
            <Trans>Because you watched {title}</Trans>
          )}
        </More>
      </Link>
    )
  }
  if (genre) {
    return (
      <Link to="/browse" search={{ genre: genre.id }} className={look}>
        <More>{nameIn(genre, i18n.locale)}</More>
      </Link>
    )
  }
  switch (kind) {
    case 'list':
      return (
        <Link to="/list" className={look}>
          <More>{t`My list`}</More>
        </Link>
      )
    case 'trending':
    case 'popular':
    case 'new':
    case 'top-rated': {
      const names = { trending: t`Trending`, popular: t`Popular`, new: t`New here`, 'top-rated': t`Top rated` }
      return (
        <Link to="/browse" search={{ list: kind }} className={look}>
          <More>{names[kind]}</More>
        </Link>
      )
    }
  }
}

function More({ children }: { children: ReactNode }) {
  return (
    <>
      {children}
      <ChevronIcon size={18} className="text-faint transition-colors group-hover:text-ink" />
    </>
  )
}
