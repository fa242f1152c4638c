import { Trans } from '@lingui/react/macro'
import { useEffect, useRef, useState } from 'react'
import { type Found, fromDrop } from './uploader/choose'

/** Makes the whole window a place to drop files and folders on, and says so while they hover. */
export function DropAnywhere({ take }: { take: (found: Found) => void }) {
  const [over, setOver] = useState(false)
  const latest = useRef(take)
  latest.current = take

  useEffect(() => {
    const quit = new AbortController()
    // Entering a child is an enter and a leave; only the balance says whether the files are still above us.
    let depth = 0
    const on = (name: 'dragenter' | 'dragleave' | 'dragover' | 'drop', heard: (data: DataTransfer) => void) =>
      addEventListener(
        name,
        (event) => {
          if (!event.dataTransfer?.types.includes('Files')) return
          event.preventDefault()
          heard(event.dataTransfer)
          setOver(depth > 0)
        },
        quit,
      )
    on('dragenter', () => depth++)
    on('dragleave', () => {
      depth = Math.max(0, depth - 1)
    })
    on('dragover', (data) => {
      data.dropEffect = 'copy'
    })
    on('drop', (data) => {
      depth = 0
      void fromDrop(data).then((found) => latest.current(found))
    })
    return () => quit.abort()
  }, [])

  if (!over) return null
  return (
    <div className="pointer-events-none fixed inset-0 z-40 animate-appear bg-ground/80 p-4 md:p-8">
      <div className="grid size-full place-items-center rounded-panel border-2 border-dashed border-accent">
        <p className="text-xl font-bold tracking-tight">
          <Trans>Drop to upload</Trans>
        </p>
      </div>
    </div>
  )
}
