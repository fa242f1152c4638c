import { Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useId, useRef, useState } from 'react'
import { type Format, mostImported, useImport } from '@/api/editing'
import { hasStatus, isUnreachable, Problem } from '@/api/problem'
import { bytes } from '@/lib/bytes'
import { Button } from '@/ui/Button'
import { Select } from '@/ui/Select'
import { formatOf, sizeOf } from './format'

const shownOf = 200_000

/** A list of films, chosen or pasted. What kind it is shows by itself, and may be said otherwise. */
export function ImportForm({ begun }: { begun: (id: string) => void }) {
  const { t, i18n } = useLingui()
  const id = useId()
  const chooser = useRef<HTMLInputElement>(null)
  const bring = useImport()
  const [name, setName] = useState('')
  const [text, setText] = useState('')
  const [said, setSaid] = useState<Format | null>(null)
  const format = said ?? formatOf(name, text)
  const size = sizeOf(text)
  const tooMuch = size > mostImported
  // A large file is not put into a text field, which would stop the page.
  const large = text.length > shownOf

  const take = async (file: File | undefined) => {
    if (!file) return
    bring.reset()
    setName(file.name)
    setSaid(null)
    setText(file.size > mostImported ? ' '.repeat(mostImported + 1) : await file.text())
  }
  const clear = () => {
    setName('')
    setText('')
    setSaid(null)
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    bring.mutate(
      { format, text },
      {
        onSuccess: (state) => {
          clear()
          begun(state.id)
        },
      },
    )
  }
  const most = bytes(mostImported, i18n.locale)
  const shown = bytes(size, i18n.locale)
  return (
    <form
      onSubmit={submit}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        void take(event.dataTransfer.files[0])
      }}
      className="grid gap-4 rounded-panel border border-line p-4"
    >
      <input
        ref={chooser}
        type="file"
        accept=".csv,.json,.nfo,text/csv,application/json"
        className="hidden"
        aria-label={t`File of films`}
        onChange={(event) => {
          void take(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      <div className="flex flex-wrap items-center gap-3">
        <Button tone="quiet" onClick={() => chooser.current?.click()}>
          <Trans>Choose a file</Trans>
        </Button>
        <p className="text-sm text-soft">
          {name ? `${name} · ${shown}` : <Trans>or drop it here, or paste below</Trans>}
        </p>
      </div>
      {!large && (
        <div>
          <label htmlFor={id} className="sr-only">
            <Trans>Films as text</Trans>
          </label>
          <textarea
            id={id}
            value={text}
            onChange={({ target }) => setText(target.value)}
            rows={8}
            spellCheck={false}
            placeholder={'title,year,genres\nCidade de Deus,2002,Crime|Drama'}
            className="w-full rounded-poster border border-line bg-surface p-2 text-sm text-ink transition-colors placeholder:text-faint hover:border-white/20 focus:border-accent focus:outline-none"
            style={{ fontFamily: 'ui-monospace, monospace' }}
          />
        </div>
      )}
      {(tooMuch || bring.isError) && (
        <p role="alert" className="text-sm text-bad">
          {tooMuch
            ? t`That is more than ${most} at once. Split it, or use “kkmovies import” on the server.`
            : reason(bring.error)}
        </p>
      )}
      <div className="flex flex-wrap items-end justify-between gap-3">
        <Select
          label={t`Written as`}
          value={format}
          onChange={({ target }) => setSaid(target.value as Format)}
          disabled={text === ''}
        >
          <option value="csv">CSV</option>
          <option value="json">JSON</option>
          <option value="nfo">.nfo</option>
        </Select>
        <div className="flex gap-3">
          {text !== '' && (
            <Button tone="quiet" onClick={clear}>
              <Trans>Clear</Trans>
            </Button>
          )}
          <Button type="submit" disabled={text.trim() === '' || tooMuch || bring.isPending} aria-busy={bring.isPending}>
            <Trans>Import</Trans>
          </Button>
        </div>
      </div>
    </form>
  )

  function reason(error: unknown): string {
    if (isUnreachable(error)) return t`The server cannot be reached. Try again in a moment.`
    if (hasStatus(error, 413))
      return t`That is more than ${most} at once. Split it, or use “kkmovies import” on the server.`
    return (error instanceof Problem && error.detail) || t`That was not taken. Try again in a moment.`
  }
}
