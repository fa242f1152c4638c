import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { isLimited, useMe } from '@/api/session'
import type { Me } from '@/api/types'
import { Avatar } from '@/ui/Avatar'
import { buttonClass } from '@/ui/Button'
import { Section } from '@/ui/Section'
import { State } from '@/ui/State'
import { Counting } from './Counting'
import { Data } from './Data'
import { Devices } from './Devices'
import { Password } from './Password'
import { You } from './You'

/** Everything somebody may do about their own account. */
export function AccountPage() {
  const who = useMe()
  if (!who) return null
  return isLimited(who) ? <NotForThisProfile /> : <Account who={who} />
}

function Account({ who }: { who: Me }) {
  const { t } = useLingui()
  return (
    <div className="page-x mx-auto max-w-[1280px] pt-24 pb-32 md:pt-28">
      <h1 className="mb-8 text-xl">
        <Trans>Account</Trans>
      </h1>
      <Section title={t`You`}>
        <You who={who} />
      </Section>
      <Section title={t`Profiles`}>
        <div className="flex flex-wrap items-center gap-4">
          <Avatar face={who.profile.avatar} size={48} />
          <span className="mr-auto min-w-0 truncate">{who.profile.name}</span>
          <Link to="/profiles" search={{ manage: true }} className={buttonClass('quiet')}>
            <Trans>Manage profiles</Trans>
          </Link>
        </div>
      </Section>
      <Section title={t`Devices`}>
        <Devices />
      </Section>
      <Section title={t`Password`}>
        <Password />
      </Section>
      <Counting />
      <Section title={t`Your data`}>
        <Data />
      </Section>
    </div>
  )
}

function NotForThisProfile() {
  return (
    <State
      action={
        <Link to="/profiles" className={buttonClass('primary')}>
          <Trans>Change profile</Trans>
        </Link>
      }
    >
      <Trans>This profile has a limit, and the account is not for it. Change to one without.</Trans>
    </State>
  )
}
