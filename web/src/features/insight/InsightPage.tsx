import { Trans } from '@lingui/react/macro'
import { getRouteApi, Link } from '@tanstack/react-router'
import { mayRun, useMe } from '@/api/session'
import { buttonClass } from '@/ui/Button'
import { State } from '@/ui/State'
import { MostWatched } from './MostWatched'
import { OneVideo } from './OneVideo'

const route = getRouteApi('/signed-in/shell/insight')

/** How films are watched: the most watched, and of one where viewers stay and what they watch most. */
export function InsightPage() {
  const { film } = route.useSearch()
  if (!mayRun(useMe())) return <NotYours />
  return (
    <div className="page-x mx-auto max-w-[1280px] pt-24 pb-32 md:pt-28">
      {film ? <OneVideo key={film} id={film} /> : <MostWatched />}
    </div>
  )
}

function NotYours() {
  return (
    <State
      action={
        <Link to="/" className={buttonClass('primary')}>
          <Trans>Go to the library</Trans>
        </Link>
      }
    >
      <Trans>Only administrators see how films are watched, from a profile without a limit.</Trans>
    </State>
  )
}
