import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { opinion, useListed } from '@/api/movies'
import { Button } from '@/ui/Button'
import { CheckIcon, PlusIcon } from '@/ui/icons'
import { toast } from '@/ui/toast'

/** Puts the film on the profile's list, or takes it off. */
export function ListButton({ id }: { id: string }) {
  const { t } = useLingui()
  const { data } = useQuery(opinion(id))
  const list = useListed(id)
  const listed = data?.listed ?? false
  return (
    <Button
      tone="quiet"
      className="h-12"
      aria-pressed={listed}
      disabled={!data}
      onClick={() =>
        !list.isPending &&
        list.mutate(!listed, { onError: () => toast(t`Your list was not changed. Try again in a moment.`) })
      }
    >
      {listed ? <CheckIcon size={20} className="text-accent" /> : <PlusIcon size={20} />}
      <Trans>My list</Trans>
    </Button>
  )
}
