import { useLingui } from '@lingui/react/macro'
import { type ComponentType, useId, useState } from 'react'
import { useMe } from '@/api/session'
import { speakOf } from '@/i18n'
import { Avatar } from '@/ui/Avatar'
import { Skeleton } from '@/ui/Skeleton'

type Items = ComponentType<{ close: () => void }>

/**
 * The way to one's account. A native popover: Escape, outside clicks and focus are the browser's. What is in it is
 * loaded when somebody reaches for it, and again where that failed.
 */
export function AccountMenu() {
  const { t } = useLingui()
  const who = useMe()
  const id = useId()
  const [Items, setItems] = useState<Items | null>(null)
  if (!who) return null
  const load = () =>
    void Promise.all([import('./later/AccountItems'), speakOf('later')]).then(
      ([{ AccountItems }]) => setItems(() => AccountItems),
      () => {},
    )
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        aria-label={t`Account`}
        onPointerEnter={load}
        onFocus={load}
        onClick={load}
        className="rounded-full transition-opacity hover:opacity-80"
      >
        <Avatar face={who.profile.avatar} size={40} />
      </button>
      <div
        id={id}
        popover="auto"
        className="fixed top-16 right-4 left-auto m-0 w-64 animate-rise rounded-panel border border-line bg-surface p-2 text-ink md:right-8"
      >
        {Items ? (
          <Items close={() => document.getElementById(id)?.hidePopover?.()} />
        ) : (
          <Skeleton className="h-32 rounded-poster" />
        )}
      </div>
    </>
  )
}
