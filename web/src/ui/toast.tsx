import { create } from 'zustand'
import { CloseIcon } from './icons'

type Toast = { id: number; text: string; action?: { label: string; run: () => void } }

const stays = 6000
let next = 1

const useToasts = create<{ list: Toast[] }>(() => ({ list: [] }))

/** Says one sentence at the foot of the page for a moment. */
export function toast(text: string, action?: Toast['action']): void {
  const id = next++
  useToasts.setState(({ list }) => ({ list: [...list.slice(-2), { id, text, action }] }))
  setTimeout(() => dismiss(id), stays)
}

function dismiss(id: number) {
  useToasts.setState(({ list }) => ({ list: list.filter((one) => one.id !== id) }))
}

export function Toasts({ closeLabel }: { closeLabel: string }) {
  const list = useToasts((state) => state.list)
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-0 z-50 grid justify-items-center gap-2 p-4 pb-[max(16px,env(safe-area-inset-bottom))]"
    >
      {list.map((one) => (
        <div
          key={one.id}
          className="pointer-events-auto flex max-w-[560px] animate-rise items-center gap-3 rounded-panel border border-line bg-raised py-3 pr-2 pl-4"
        >
          <p className="text-sm">{one.text}</p>
          {one.action && (
            <button
              type="button"
              className="text-sm font-medium text-accent"
              onClick={() => {
                one.action?.run()
                dismiss(one.id)
              }}
            >
              {one.action.label}
            </button>
          )}
          <button
            type="button"
            aria-label={closeLabel}
            className="grid size-8 place-items-center rounded-full text-soft hover:text-ink"
            onClick={() => dismiss(one.id)}
          >
            <CloseIcon size={16} />
          </button>
        </div>
      ))}
    </div>
  )
}
