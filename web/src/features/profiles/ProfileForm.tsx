import { Trans, useLingui } from '@lingui/react/macro'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { hasCode } from '@/api/problem'
import { type ProfileChange, type Proof, useAddProfile, useChangeProfile } from '@/api/profiles'
import { isLimited, useMe } from '@/api/session'
import type { Age, Face, Language, Profile } from '@/api/types'
import { locales } from '@/i18n'
import { Avatar, faces } from '@/ui/Avatar'
import { Button, buttonClass } from '@/ui/Button'
import { Choices } from '@/ui/Choices'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Select'
import { DeleteProfile } from './DeleteProfile'
import { type Asked, ProofDialog } from './ProofDialog'
import { useRefusal } from './useRefusal'
import { faceNames, limits } from './words'

/** What may be said of a profile; of one in use that has a limit, only its looks. */
export function ProfileForm({ profile, others }: { profile?: Profile; others: Profile[] }) {
  const { t, i18n } = useLingui()
  const who = useMe()
  const refusal = useRefusal()
  const navigate = useNavigate()
  const add = useAddProfile()
  const save = useChangeProfile()
  const [avatar, setAvatar] = useState<Face>(profile?.avatar ?? unused(others))
  const [limit, setLimit] = useState<Age>(profile?.maturityLimit ?? null)
  const [pin, setPin] = useState<'as it is' | 'another' | 'none'>(profile?.hasPin ? 'as it is' : 'another')
  const [asked, setAsked] = useState<Asked | null>(null)
  const [change, setChange] = useState<ProfileChange>({})
  const whole = !isLimited(who)
  const busy = add.isPending || save.isPending
  const error = add.error ?? save.error
  const elsewhere = error && ['bad_name', 'bad_pin'].some((code) => hasCode(error, code))

  const done = () => navigate({ to: '/profiles', search: { manage: true } })
  const send = async (wanted: ProfileChange, proof: Proof = {}) => {
    if (!profile) return
    await save.mutateAsync({
      id: profile.id,
      change: { ...wanted, currentPin: proof.pin, password: proof.password },
    })
    await done()
  }

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const said = {
      name: String(form.get('name')).trim(),
      avatar,
      language: String(form.get('language')) as Language,
    }
    const code = String(form.get('pin') ?? '')
    if (!profile) {
      add.mutate({ ...said, maturityLimit: limit, pin: code || undefined }, { onSuccess: done })
      return
    }
    const wanted: ProfileChange = { ...said }
    if (whole && limit !== profile.maturityLimit) wanted.maturityLimit = limit
    if (whole && pin === 'none') wanted.pin = ''
    if (whole && pin === 'another' && code) wanted.pin = code
    setChange(wanted)
    if (wanted.pin !== undefined && profile.hasPin) {
      setAsked({ profile: profile.name, by: 'pin', hasPin: true })
      return
    }
    await send(wanted).catch(() => {}) // said under the form
  }

  return (
    <>
      <form onSubmit={submit} className="grid w-full max-w-[560px] gap-8">
        <Choices
          round
          legend={t`Picture`}
          value={avatar}
          onChange={setAvatar}
          options={faces.map((face) => ({
            value: face,
            label: i18n._(faceNames[face]),
            shown: <Avatar face={face} size={72} className={face === avatar ? '' : 'opacity-60'} />,
          }))}
        />
        <Field
          label={t`Name`}
          name="name"
          defaultValue={profile?.name}
          required
          maxLength={40}
          autoComplete="off"
          autoFocus={!profile}
          problem={hasCode(error, 'bad_name') ? refusal(error) : undefined}
        />
        <Select label={t`Language`} name="language" defaultValue={profile?.language ?? ''}>
          <option value="">{t`That of the device`}</option>
          {locales.map(({ id, name }) => (
            <option key={id} value={id} lang={id}>
              {name}
            </option>
          ))}
        </Select>
        {whole && (
          <>
            <div className="grid gap-2">
              <Choices
                legend={t`Films it shows`}
                value={limit === null ? 'none' : String(limit)}
                onChange={(value) => setLimit(value === 'none' ? null : (Number(value) as Age))}
                options={limits.map((age) => ({ value: age === null ? 'none' : String(age), label: nameOf(age) }))}
              />
              {limit !== null && (
                <p className="text-sm text-faint">
                  <Trans>
                    Films above this age, and those nobody has rated, are not there for it. It cannot open the account
                    or change its own limit.
                  </Trans>
                </p>
              )}
            </div>
            {pin === 'another' ? (
              <Field
                label={profile?.hasPin ? t`New PIN` : t`PIN (optional)`}
                name="pin"
                type="password"
                inputMode="numeric"
                pattern="[0-9]{4,8}"
                minLength={4}
                maxLength={8}
                autoComplete="off"
                required={profile?.hasPin}
                hint={t`4 to 8 digits, asked for before the profile opens.`}
                problem={hasCode(error, 'bad_pin') ? refusal(error) : undefined}
              />
            ) : (
              <div className="flex flex-wrap items-center gap-3">
                <p className="mr-auto text-soft">
                  {pin === 'none' ? <Trans>Opens without a PIN once saved.</Trans> : <Trans>Opens by a PIN.</Trans>}
                </p>
                <Button tone="quiet" onClick={() => setPin('another')}>
                  <Trans>Change PIN</Trans>
                </Button>
                {pin === 'as it is' && (
                  <Button tone="quiet" onClick={() => setPin('none')}>
                    <Trans>Remove PIN</Trans>
                  </Button>
                )}
              </div>
            )}
          </>
        )}
        {error && !elsewhere && !asked && (
          <p role="alert" className="text-sm text-bad">
            {refusal(error)}
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-3">
          {profile && whole && <DeleteProfile profile={profile} here={profile.id === who?.profile.id} done={done} />}
          <Link to="/profiles" search={{ manage: true }} className={buttonClass('quiet')}>
            <Trans>Cancel</Trans>
          </Link>
          <Button type="submit" disabled={busy} aria-busy={busy}>
            <Trans>Save</Trans>
          </Button>
        </div>
      </form>
      <ProofDialog asked={asked} close={() => setAsked(null)} attempt={(proof) => send(change, proof)} />
    </>
  )

  function nameOf(age: Age): string {
    if (age === null) return t`All`
    return age === 0 ? t`For all ages` : t`Up to ${age}`
  }
}

/** A face that nobody in the account has yet. */
function unused(others: Profile[]): Face {
  return faces.find((face) => others.every((one) => one.avatar !== face)) ?? 'owl'
}
