import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { isPrivate } from '@/api/rum'
import { setupState } from '@/api/session'
import { answerVisits, useAnswer } from '@/api/visits'
import { Choices } from '@/ui/Choices'
import { Section } from '@/ui/Section'

/** Whether visits from this device are told to Google Analytics; nothing where the server tells nobody's. */
export function Counting() {
  const { t } = useLingui()
  const answer = useAnswer()
  const counts = useQuery(setupState).data?.visits
  if (!counts) return null
  return (
    <Section title={t`Counting visits`}>
      {isPrivate() ? (
        <p className="text-soft">
          <Trans>Your browser asks not to be tracked, so nothing is told to Google Analytics.</Trans>
        </p>
      ) : (
        <Choices
          legend={t`On this device: which screens are opened, and that a film was begun or finished, is told to Google Analytics`}
          value={answer?.client ? 'yes' : 'no'}
          options={[
            { value: 'no', label: t`No` },
            { value: 'yes', label: t`Yes` },
          ]}
          onChange={(value) => answerVisits(value === 'yes')}
        />
      )}
    </Section>
  )
}
