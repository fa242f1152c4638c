import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { Problem } from '@/api/problem'
import { subtitles, useAddSubtitle, useRemoveSubtitle } from '@/api/subtitles'
import type { Video } from '@/api/types'
import { Button } from '@/ui/Button'
import { TrashIcon } from '@/ui/signs'
import { toast } from '@/ui/toast'
import { languageIn, languages } from './languages'
import { whyNoSubtitle } from './words'

/** The subtitles of a film: what there is, one more from a file, one less. */
export function SubtitlesDialog({ video, close }: { video: Video | null; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    if (video) dialog.current?.showModal()
    else dialog.current?.close()
  }, [video])
  const title = video?.title ?? ''
  return (
    <dialog
      ref={dialog}
      onClose={close}
      aria-labelledby={id}
      className="m-auto w-[min(440px,calc(100vw-32px))] animate-rise rounded-panel border border-line bg-surface p-6 text-ink backdrop:bg-black/70"
    >
      <h2 id={id} className="text-lg">
        <Trans>Subtitles of {title}</Trans>
      </h2>
      {video && <Subtitles key={video.id} video={video} close={close} />}
    </dialog>
  )
}

function Subtitles({ video, close }: { video: Video; close: () => void }) {
  const { t } = useLingui()
  const list = useQuery(subtitles(video.id))
  const remove = useRemoveSubtitle(video.id)
  const deleteOf = (title: string) => t`Delete ${title}`
  return (
    <>
      <ul className="mt-2 divide-y divide-line overflow-auto" style={{ maxHeight: '40dvh' }}>
        {list.data?.map((one) => (
          <li key={one.id} className="flex items-center gap-2">
            <span className="min-w-0 truncate">{one.label}</span>
            <span className="mr-auto flex gap-2 text-sm whitespace-nowrap text-faint">
              {one.language !== 'und' && one.language} {one.forced && t`forced`}{' '}
              {one.sdh && !one.label.includes('SDH') && 'SDH'}
            </span>
            <button
              type="button"
              aria-label={deleteOf(one.label)}
              disabled={remove.isPending}
              className="grid size-10 shrink-0 place-items-center rounded-full text-soft transition-colors hover:bg-white/8 hover:text-ink"
              onClick={() => remove.mutate(one.id, { onError: () => toast(t`Something went wrong with this file.`) })}
            >
              <TrashIcon size={18} />
            </button>
          </li>
        ))}
      </ul>
      {list.data?.length === 0 && (
        <p className="text-soft">
          <Trans>None yet.</Trans>
        </p>
      )}
      <AddForm video={video} close={close} />
    </>
  )
}

function AddForm({ video, close }: { video: Video; close: () => void }) {
  const { t, i18n } = useLingui()
  const add = useAddSubtitle(video.id)
  const form = useRef<HTMLFormElement>(null)
  const [language, setLanguage] = useState(i18n.locale)
  const id = useId()
  const send = (event: FormEvent) => {
    event.preventDefault()
    const said = new FormData(form.current ?? undefined)
    const file = said.get('file')
    if (!(file instanceof File) || !file.name) return
    add.mutate(
      { file, language, forced: said.has('forced'), sdh: said.has('sdh') },
      { onSuccess: () => form.current?.reset() },
    )
  }
  return (
    <form ref={form} onSubmit={send} className="mt-4 grid gap-3 border-t border-line pt-4">
      <label htmlFor={`${id}-file`} className="grid gap-1.5 text-sm text-soft">
        <Trans>File (.srt, .vtt, .ass)</Trans>
        <input
          id={`${id}-file`}
          type="file"
          name="file"
          accept=".srt,.vtt,.ass,.ssa"
          required
          aria-describedby={add.error ? `${id}-problem` : undefined}
          className="w-full rounded-poster border border-line p-2 text-base text-ink"
          onChange={(event) => {
            add.reset()
            setLanguage(languageIn(event.target.files?.[0]?.name ?? '') ?? language)
          }}
        />
      </label>
      <label htmlFor={`${id}-language`} className="grid gap-1.5 text-sm text-soft">
        <Trans>Language</Trans>
        <select
          id={`${id}-language`}
          value={language}
          onChange={(event) => setLanguage(event.target.value)}
          className="h-11 w-full rounded-poster border border-line bg-surface px-2 text-base text-ink"
          style={{ fontFamily: 'inherit' }}
        >
          {languages(i18n.locale, language).map(({ tag, name }) => (
            <option key={tag} value={tag}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Check name="forced" label={t`Forced: only what is in another language`} />
      <Check name="sdh" label={t`SDH: also sounds, for those who cannot hear them`} />
      {add.error && (
        <p id={`${id}-problem`} role="alert" className="text-sm text-bad">
          {whyNoSubtitle(add.error instanceof Problem ? add.error : undefined, i18n._.bind(i18n))}
        </p>
      )}
      <div className="mt-2 flex justify-end gap-3">
        <Button tone="quiet" onClick={close}>
          <Trans>Close</Trans>
        </Button>
        <Button type="submit" disabled={add.isPending}>
          <Trans>Add</Trans>
        </Button>
      </div>
    </form>
  )
}

function Check({ name, label }: { name: string; label: string }) {
  const id = useId()
  return (
    <label htmlFor={id} className="flex items-center gap-3 text-sm text-soft">
      <input id={id} type="checkbox" name={name} className="size-4" style={{ appearance: 'auto' }} />
      {label}
    </label>
  )
}
