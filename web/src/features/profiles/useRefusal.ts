import { useLingui } from '@lingui/react/macro'
import { hasCode, hasStatus } from '@/api/problem'

/** Why something about a profile was refused, in words. */
export function useRefusal(): (error: unknown) => string {
  const { t } = useLingui()
  return (error) => {
    if (hasCode(error, 'wrong_pin')) return t`That is not this profile's PIN.`
    if (hasCode(error, 'wrong_password')) return t`That is not the account's password.`
    if (hasStatus(error, 429)) return t`Too many tries. Wait a minute, then try again.`
    if (hasCode(error, 'bad_pin')) return t`A PIN has 4 to 8 digits.`
    if (hasCode(error, 'bad_name')) return t`A name has 1 to 40 characters.`
    if (hasCode(error, 'too_many_profiles')) return t`There are eight profiles already: delete one first.`
    if (hasCode(error, 'last_unlimited')) return t`One profile has to stay without a limit.`
    if (hasCode(error, 'profile_in_use')) return t`This profile is in use here. Change to another one first.`
    if (hasCode(error, 'profile_limited')) return t`This profile has a limit: it may change only its own looks.`
    return t`The server cannot be reached. Try again in a moment.`
  }
}
