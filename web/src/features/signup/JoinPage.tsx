import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { invitation, useJoin } from '@/api/doors'
import { hasCode, isUnreachable } from '@/api/problem'
import { Button, buttonClass } from '@/ui/Button'
import { Doorway } from '@/ui/Doorway'
import { SignUpForm } from './SignUpForm'

const route = getRouteApi('/join')

/** Where an invitation's link leads. */
export function JoinPage() {
  const { t } = useLingui()
  const { token } = route.useSearch()
  const navigate = useNavigate()
  const invited = useQuery(invitation(token))
  const join = useJoin()

  if (invited.isPending) return <div className="min-h-dvh" aria-busy="true" />
  if (isUnreachable(invited.error)) {
    return (
      <Doorway title={t`Invitation`} intro={<Trans>The server cannot be reached. Try again in a moment.</Trans>}>
        <Button className="w-full" onClick={() => invited.refetch()}>
          <Trans>Try again</Trans>
        </Button>
      </Doorway>
    )
  }
  if (!invited.data) {
    return (
      <Doorway
        title={t`This invitation is over`}
        intro={
          hasCode(invited.error, 'sign_up_closed') ? (
            <Trans>This server takes nobody new. Ask whoever runs it.</Trans>
          ) : (
            <Trans>It was used already, is too old, or was taken back. Ask for another one.</Trans>
          )
        }
      >
        <Link to="/signin" search={{}} className={buttonClass('primary', 'w-full')}>
          <Trans>Sign in</Trans>
        </Link>
      </Doorway>
    )
  }
  return (
    <Doorway title={t`You are invited`} intro={<Trans>Make your account, and the cinema is open.</Trans>}>
      <SignUpForm
        email={invited.data.email || undefined}
        error={join.error}
        busy={join.isPending}
        send={(asked) =>
          join.mutate({ ...asked, invitation: token }, { onSuccess: () => navigate({ to: '/', replace: true }) })
        }
      />
    </Doorway>
  )
}
