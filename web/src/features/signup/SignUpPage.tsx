import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useSignUp } from '@/api/doors'
import { setupState } from '@/api/session'
import { buttonClass } from '@/ui/Button'
import { Doorway } from '@/ui/Doorway'
import { SignUpForm } from './SignUpForm'

/** Where anybody may make an account: by a letter, so that nobody learns here who has one already. */
export function SignUpPage() {
  const { t } = useLingui()
  const setup = useQuery(setupState)
  const signUp = useSignUp()
  const [sentTo, setSentTo] = useState<string>()

  if (sentTo) {
    return (
      <Doorway
        title={t`Look in your mail`}
        intro={
          <Trans>
            A letter is on its way to {sentTo}. The link in it finishes the sign-up. If the address has an account
            already, the letter says so.
          </Trans>
        }
      >
        <Back />
      </Doorway>
    )
  }
  if (setup.data && setup.data.signUp !== 'open') {
    return (
      <Doorway
        title={t`By invitation only`}
        intro={<Trans>This server lets people in who were invited. Ask whoever runs it for a link.</Trans>}
      >
        <Back />
      </Doorway>
    )
  }
  return (
    <Doorway title={t`Create account`}>
      <SignUpForm
        error={signUp.error}
        busy={signUp.isPending}
        send={(asked) => signUp.mutate(asked, { onSuccess: () => setSentTo(asked.email) })}
      />
      <p className="mt-6 text-soft">
        <Link to="/signin" search={{}} className="text-accent hover:text-ink">
          <Trans>I have an account</Trans>
        </Link>
      </p>
    </Doorway>
  )
}

function Back() {
  return (
    <Link to="/signin" search={{}} className={buttonClass('primary', 'w-full')}>
      <Trans>Back to sign in</Trans>
    </Link>
  )
}
