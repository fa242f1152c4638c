import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { profiles } from '@/api/profiles'
import { isLimited, useMe } from '@/api/session'
import { Button, buttonClass } from '@/ui/Button'
import { State } from '@/ui/State'
import { ProfileForm } from './ProfileForm'
import { Stage } from './Stage'

const route = getRouteApi('/signed-in/profiles/$profileId')

/** One profile: how it looks, what it may see, what opens it. `new` is one that is not there yet. */
export function ProfilePage() {
  const { t } = useLingui()
  const { profileId } = route.useParams()
  const list = useQuery(profiles)
  const who = useMe()
  const made = profileId !== 'new'
  const profile = list.data?.find((one) => one.id === profileId)
  const forbidden = isLimited(who) && profileId !== who?.profile.id

  if (list.isPending) return <div className="min-h-dvh" aria-busy="true" />
  if (list.isError && !list.data) {
    return (
      <State
        role="alert"
        action={
          <Button onClick={() => list.refetch()}>
            <Trans>Try again</Trans>
          </Button>
        }
      >
        <Trans>The profiles did not load. Check the connection and try again.</Trans>
      </State>
    )
  }
  if (forbidden || (made && !profile)) {
    return (
      <main>
        <State
          action={
            <Link to="/profiles" className={buttonClass('primary')}>
              <Trans>Go to the profiles</Trans>
            </Link>
          }
        >
          {forbidden ? (
            <Trans>This profile has a limit: it may change only its own looks.</Trans>
          ) : (
            <Trans>This profile is no longer here.</Trans>
          )}
        </State>
      </main>
    )
  }
  return (
    <Stage title={made ? t`Edit profile` : t`New profile`}>
      <ProfileForm key={profileId} profile={profile} others={list.data?.filter((one) => one.id !== profileId) ?? []} />
    </Stage>
  )
}
