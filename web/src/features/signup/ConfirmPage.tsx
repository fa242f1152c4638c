import { Trans, useLingui } from '@lingui/react/macro'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useConfirmSignUp } from '@/api/doors'
import { hasCode, isUnreachable } from '@/api/problem'
import { Button, buttonClass } from '@/ui/Button'
import { Doorway } from '@/ui/Doorway'

const route = getRouteApi('/confirm')

/** Where the letter of a sign-up leads. A person presses the button: mail programs open links, too. */
export function ConfirmPage() {
  const { t } = useLingui()
  const { token } = route.useSearch()
  const navigate = useNavigate()
  const confirm = useConfirmSignUp()
  const error = confirm.error
  const over = error && !isUnreachable(error)
  return (
    <Doorway
      title={over ? t`This link is over` : t`Finish signing up`}
      intro={
        error ? (
          hasCode(error, 'email_taken') ? (
            <Trans>The address has an account by now. Sign in with it.</Trans>
          ) : over ? (
            <Trans>It was used already or is too old. Sign up again for another letter.</Trans>
          ) : (
            <Trans>The server cannot be reached. Try again in a moment.</Trans>
          )
        ) : (
          <Trans>One press, and your account is made.</Trans>
        )
      }
    >
      {over ? (
        <Link to="/signin" search={{}} className={buttonClass('primary', 'w-full')}>
          <Trans>Sign in</Trans>
        </Link>
      ) : (
        <Button
          className="w-full"
          disabled={confirm.isPending}
          aria-busy={confirm.isPending}
          onClick={() => confirm.mutate(token, { onSuccess: () => navigate({ to: '/', replace: true }) })}
        >
          <Trans>Create account</Trans>
        </Button>
      )}
    </Doorway>
  )
}
