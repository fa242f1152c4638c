import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate, useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, useState } from 'react'
import { hasCode } from '@/api/problem'
import { type Proof, profiles, useSelectProfile } from '@/api/profiles'
import { isLimited, useMe } from '@/api/session'
import type { Profile } from '@/api/types'
import { Avatar } from '@/ui/Avatar'
import { Button, buttonClass } from '@/ui/Button'
import { PlusIcon } from '@/ui/icons'
import { Skeleton } from '@/ui/Skeleton'
import { State } from '@/ui/State'
import { LockIcon, PencilIcon } from '@/ui/signs'
import { toast } from '@/ui/toast'
import { type Asked, ProofDialog } from './ProofDialog'
import { Stage } from './Stage'
import { useRefusal } from './useRefusal'

const route = getRouteApi('/signed-in/profiles')
const most = 8
const face = 128

/** Who is watching? And, a step behind it, who may be changed. */
export function ProfilesPage() {
  const { t } = useLingui()
  const { next, manage = false } = route.useSearch()
  const list = useQuery(profiles)
  const who = useMe()
  const limited = isLimited(who)
  const [asking, setAsking] = useState<{ id: string; asked: Asked } | null>(null)
  const change = useChange(next, setAsking)

  return (
    <Stage title={manage ? t`Manage profiles` : t`Who is watching?`}>
      {list.isPending && <Waiting />}
      {list.isError && !list.data && (
        <State
          fill={false}
          role="alert"
          action={
            <Button onClick={() => list.refetch()}>
              <Trans>Try again</Trans>
            </Button>
          }
        >
          <Trans>The profiles did not load. Check the connection and try again.</Trans>
        </State>
      )}
      {list.data && (
        <>
          <ul className="flex max-w-[800px] flex-wrap justify-center gap-x-6 gap-y-8 md:gap-x-8" onKeyDown={byArrows}>
            {list.data.map((profile) => (
              <li key={profile.id}>
                {manage ? (
                  <Editable profile={profile} locked={limited && profile.id !== who?.profile.id} />
                ) : (
                  <Watcher profile={profile} here={profile.id === who?.profile.id} choose={() => change(profile)} />
                )}
              </li>
            ))}
            {manage && !limited && list.data.length < most && (
              <li>
                <Link to="/profiles/$profileId" params={{ profileId: 'new' }} className={tile}>
                  <Disc>
                    <PlusIcon size={40} />
                  </Disc>
                  <span className={named}>
                    <Trans>New profile</Trans>
                  </span>
                </Link>
              </li>
            )}
          </ul>
          <Link
            to="/profiles"
            search={manage ? {} : { manage: true, next }}
            className={buttonClass(manage ? 'primary' : 'quiet', 'mt-12')}
          >
            {manage ? <Trans>Done</Trans> : <Trans>Manage profiles</Trans>}
          </Link>
        </>
      )}
      <ProofDialog
        asked={asking?.asked ?? null}
        close={() => setAsking(null)}
        attempt={(proof) => change.with(asking?.id ?? '', proof)}
      />
    </Stage>
  )
}

/** Changes to a profile, asking for its PIN or the account's password where that is needed. */
function useChange(next: string | undefined, ask: (asking: { id: string; asked: Asked } | null) => void) {
  const select = useSelectProfile()
  const router = useRouter()
  const navigate = useNavigate()
  const refusal = useRefusal()
  const to = async (id: string, proof?: Proof) => {
    await select.mutateAsync({ id, proof })
    ask(null)
    await router.invalidate()
    await navigate({ href: next ?? '/', replace: true })
  }
  const change = async (profile: Profile) => {
    const asked = { profile: profile.name, hasPin: profile.hasPin }
    try {
      await to(profile.id)
    } catch (error) {
      if (hasCode(error, 'pin_needed')) ask({ id: profile.id, asked: { ...asked, by: 'pin' } })
      else if (hasCode(error, 'password_needed')) ask({ id: profile.id, asked: { ...asked, by: 'password' } })
      else toast(refusal(error))
    }
  }
  return Object.assign(change, { with: to })
}

const tile = 'group grid w-32 justify-items-center gap-3 rounded-panel text-center'
const named = 'max-w-full truncate text-soft transition-colors group-hover:text-ink'
const lifted = 'transition-[scale] group-hover:scale-104 group-focus-visible:scale-104'

function Watcher({ profile, here, choose }: { profile: Profile; here: boolean; choose: () => void }) {
  return (
    <button type="button" className={tile} aria-current={here ? 'true' : undefined} onClick={choose}>
      <Avatar face={profile.avatar} size={face} className={lifted} />
      <Name profile={profile} />
    </button>
  )
}

function Editable({ profile, locked }: { profile: Profile; locked: boolean }) {
  const { t } = useLingui()
  const name = profile.name
  if (locked) {
    return (
      <div className={tile}>
        <Avatar face={profile.avatar} size={face} className="opacity-40" />
        <Name profile={profile} />
      </div>
    )
  }
  return (
    <Link to="/profiles/$profileId" params={{ profileId: profile.id }} aria-label={t`Edit ${name}`} className={tile}>
      <span className={`relative ${lifted}`}>
        <Avatar face={profile.avatar} size={face} />
        <span className="absolute inset-0 grid place-items-center rounded-full bg-black/60 text-white">
          <PencilIcon size={32} />
        </span>
      </span>
      <Name profile={profile} />
    </Link>
  )
}

function Name({ profile }: { profile: Profile }) {
  const { t } = useLingui()
  const { maturityLimit: age } = profile
  return (
    <span className="grid w-full justify-items-center gap-1">
      <span className={named}>{profile.name}</span>
      {(profile.hasPin || age !== null) && (
        <span className="flex items-center gap-1.5 text-sm text-faint">
          {profile.hasPin && (
            <>
              <LockIcon size={16} />
              <span className="sr-only">
                <Trans>Asks for a PIN</Trans>
              </span>
            </>
          )}
          {age !== null && (age === 0 ? t`For all ages` : t`Up to ${age}`)}
        </span>
      )}
    </span>
  )
}

function Disc({ children }: { children: React.ReactNode }) {
  return (
    <span
      className="grid place-items-center rounded-full bg-raised text-soft transition-colors group-hover:text-ink"
      style={{ width: face, height: face }}
    >
      {children}
    </span>
  )
}

function Waiting() {
  return (
    <div className="flex gap-6 md:gap-8" aria-busy="true">
      {[0, 1].map((index) => (
        <div key={index} className={tile}>
          <div style={{ width: face, height: face }} className="overflow-hidden rounded-full">
            <Skeleton className="size-full" />
          </div>
          <Skeleton className="h-4 w-14 rounded-full" />
        </div>
      ))}
    </div>
  )
}

/** A remote has arrows and no Tab: they go from one face to the next. */
function byArrows(event: KeyboardEvent<HTMLUListElement>) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
  if (!step) return
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('a, button')]
  const to = all[all.indexOf(document.activeElement as HTMLElement) + step]
  if (!to) return
  event.preventDefault()
  to.focus()
}
