import { type ReactNode, useId } from 'react'

/** A part of a page of settings: what it is about to the left, what can be done to the right. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className="grid gap-x-6 gap-y-4 border-t border-line py-8 md:grid-cols-[240px_minmax(0,1fr)]"
    >
      <h2 id={id} className="text-lg">
        {title}
      </h2>
      <div className="min-w-0 max-w-[560px]">{children}</div>
    </section>
  )
}
