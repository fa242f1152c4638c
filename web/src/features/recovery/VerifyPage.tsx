import { Trans, useLingui } from '@lingui/react/macro'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useVerify } from '@/api/doors'
import { isUnreachable } from '@/api/problem'
import { Button, buttonClass } from '@/ui/Button'
import { Doorway } from '@/ui/Doorway'

const route = getRouteApi('/verify')

/** Where the letter leads that asks whether an address is theirs. A person presses: mail programs open links, too. */
export function VerifyPage() {
  const { t } = useLingui()
  const { token } = route.useSearch()
  const verify = useVerify()
  const over = verify.error && !isUnreachable(verify.error)
  return (
    <Doorway
      title={verify.isSuccess ? t`Your address is confirmed` : over ? t`This link is over` : t`Is this your address?`}
      intro={
        verify.isSuccess ? undefined : over ? (
          <Trans>It was used already or is too old. The account page sends another letter.</Trans>
        ) : verify.error ? (
          <Trans>The server cannot be reached. Try again in a moment.</Trans>
        ) : (
          <Trans>Confirm it, and letters about your account find you there.</Trans>
        )
      }
    >
      {verify.isSuccess || over ? (
        <Link to="/" className={buttonClass('primary', 'w-full')}>
          <Trans>Go to the library</Trans>
        </Link>
      ) : (
        <Button
          className="w-full"
          disabled={verify.isPending}
          aria-busy={verify.isPending}
          onClick={() => verify.mutate(token)}
        >
          <Trans>Confirm address</Trans>
        </Button>
      )}
    </Doorway>
  )
}
