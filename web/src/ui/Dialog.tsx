import { type ReactNode, useEffect, useId, useRef } from 'react'

/** A question over the page. A native dialog: focus, Escape and the dark behind it are the browser's. */
export function Dialog({
  open,
  title,
  close,
  children,
}: {
  open: boolean
  title: ReactNode
  close: () => void
  children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    if (open) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open])
  return (
    <dialog
      ref={dialog}
      onClose={close}
      aria-labelledby={id}
      className="m-auto w-[min(440px,calc(100vw-32px))] animate-rise rounded-panel border border-line bg-surface p-6 text-ink backdrop:bg-black/70"
    >
      <h2 id={id} className="text-lg">
        {title}
      </h2>
      {open && children}
    </dialog>
  )
}
