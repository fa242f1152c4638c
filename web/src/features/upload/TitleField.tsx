import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import type { Video } from '@/api/types'
import { useRename } from '@/api/videos'
import { toast } from '@/ui/toast'

/** The guessed title, corrected in place: Enter or leaving keeps it, Escape does not. */
export function TitleField({ video }: { video: Video }) {
  const { t } = useLingui()
  const rename = useRename()
  const [draft, setDraft] = useState<string | null>(null)
  const keep = () => {
    const title = draft?.trim()
    setDraft(null)
    if (!title || title === video.title) return
    rename.mutate({ id: video.id, title }, { onError: () => toast(t`The title was not kept. Try again in a moment.`) })
  }
  return (
    <input
      aria-label={t`Title`}
      value={draft ?? (rename.isPending ? rename.variables.title : video.title)}
      maxLength={300}
      spellCheck={false}
      onFocus={(event) => setDraft(event.target.value)}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
        if (event.key === 'Escape') setDraft(null)
      }}
      className="-mx-2 h-8 w-full truncate rounded-poster px-2 text-base transition-colors hover:bg-white/6 focus:bg-raised"
    />
  )
}
