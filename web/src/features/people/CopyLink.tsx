import { Trans, useLingui } from '@lingui/react/macro'
import { useRef, useState } from 'react'
import { Button } from '@/ui/Button'

/** A link to hand to somebody, and a button that takes it along. */
export function CopyLink({ path }: { path: string }) {
  const { t } = useLingui()
  const field = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState(false)
  const link = new URL(path, location.origin).href
  const copy = async () => {
    field.current?.select()
    try {
      await navigator.clipboard.writeText(link)
      setCopied(true)
    } catch {
      // Without HTTPS there is no clipboard; the link is selected, to be copied by hand.
    }
  }
  return (
    <div className="flex gap-3">
      <input
        ref={field}
        aria-label={t`Link`}
        readOnly
        value={link}
        className="h-11 w-full min-w-0 rounded-poster border border-line bg-ground/80 px-3.5 text-sm text-ink"
        onFocus={(event) => event.target.select()}
      />
      <Button tone="quiet" onClick={copy}>
        {copied ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}
      </Button>
    </div>
  )
}
