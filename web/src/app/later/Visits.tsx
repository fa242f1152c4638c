import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { isPrivate } from '@/api/rum'
import { isLimited, setupState, useMe } from '@/api/session'
import { answerVisits, tellVisits, useAnswer } from '@/api/visits'
import { Button } from '@/ui/Button'

/**
 * Asks once, quietly, whether visits may be told to Google Analytics, where the server would; and tells them for whoever
 * agreed. Who asked their browser not to be tracked has answered, and nobody asks on a profile with a limit.
 */
export function Visits() {
  const who = useMe()
  const answer = useAnswer()
  const mayAsk = who !== null && !isLimited(who) && !isPrivate()
  const counts = useQuery({ ...setupState, enabled: mayAsk && answer?.client !== null }).data?.visits && mayAsk
  const path = useRouterState({ select: ({ location }) => location.pathname })
  useTold(counts ? answer?.client : null, path)
  // Never over a film.
  if (!counts || answer || path.startsWith('/watch/')) return null
  return <Question />
}

function useTold(client: string | null | undefined, path: string) {
  const [told, setTold] = useState<ReturnType<typeof tellVisits>>()
  useEffect(() => {
    if (!client) return
    const begun = tellVisits(client)
    setTold(begun)
    return () => {
      begun.stop()
      setTold(undefined)
    }
  }, [client])
  useEffect(() => told?.opened(path), [told, path])
}

function Question() {
  const { t } = useLingui()
  return (
    <section
      aria-label={t`May visits be counted?`}
      className="pointer-events-none fixed inset-x-0 bottom-0 z-40 grid justify-items-center p-4 pb-20"
    >
      <div className="pointer-events-auto max-w-[560px] animate-rise rounded-panel border border-line bg-raised p-4">
        <p className="text-sm">
          <Trans>
            May this server tell Google Analytics which screens you open, and that a film was begun or finished? Not
            which film, what you search for or who you are. You can change your mind in your account.
          </Trans>
        </p>
        <div className="mt-3 flex flex-wrap gap-3">
          <Button tone="quiet" onClick={() => answerVisits(false)}>
            <Trans>No</Trans>
          </Button>
          <Button tone="quiet" onClick={() => answerVisits(true)}>
            <Trans>Yes</Trans>
          </Button>
        </div>
      </div>
    </section>
  )
}
