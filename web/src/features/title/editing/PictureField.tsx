import { Trans, useLingui } from '@lingui/react/macro'
import { type DragEvent, useEffect, useId, useRef, useState } from 'react'
import { mostOfPicture, type PictureKind, usePicture } from '@/api/editing'
import { hasCode, hasStatus, isUnreachable } from '@/api/problem'
import { bytes } from '@/lib/bytes'
import { Button } from '@/ui/Button'
import { type Art, Picture } from '@/ui/Picture'
import { ProgressBar } from '@/ui/ProgressBar'

const taken = ['image/jpeg', 'image/png', 'image/webp']
const shapes: Record<PictureKind, string> = { poster: 'aspect-2/3 w-32', backdrop: 'aspect-video w-48' }

type Props = { film: string; kind: PictureKind; now: Art | undefined; label: string }

/** One picture of a film: dropped or chosen, looked at before it is sent, and refused in words. */
export function PictureField({ film, kind, now, label }: Props) {
  const { t, i18n } = useLingui()
  const id = useId()
  const chooser = useRef<HTMLInputElement>(null)
  const send = usePicture(film, kind)
  const [chosen, setChosen] = useState<File | null>(null)
  const [refused, setRefused] = useState<string | null>(null)
  const [sent, setSent] = useState(0)
  const [over, setOver] = useState(false)
  const leaving = useRef<AbortController | null>(null)
  const preview = useAddress(chosen)
  useEffect(() => () => leaving.current?.abort(), [])

  const most = bytes(mostOfPicture, i18n.locale)
  const take = (file: File | undefined) => {
    if (!file || send.isPending) return
    send.reset()
    const size = bytes(file.size, i18n.locale)
    const why =
      file.size > mostOfPicture
        ? t`This picture has ${size}; ${most} is the most.`
        : file.type === 'image/svg+xml'
          ? t`An SVG may hold programs and is not taken. Save it as a PNG and choose that.`
          : file.type !== '' && !taken.includes(file.type)
            ? t`That is no picture we can use. Choose a JPEG, PNG or WebP.`
            : null
    setRefused(why)
    setChosen(why ? null : file)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files[0])
  }
  const use = (file: File) => {
    leaving.current = new AbortController()
    setSent(0)
    send.mutate(
      { file, signal: leaving.current.signal, progress: (loaded) => setSent(file.size ? loaded / file.size : 1) },
      { onSuccess: () => setChosen(null) },
    )
  }
  const cancel = () => {
    leaving.current?.abort()
    send.reset()
    setChosen(null)
  }
  const problem = refused ?? (send.isError ? reason(send.error) : null)
  return (
    <section
      aria-labelledby={id}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={`flex flex-wrap items-start gap-4 rounded-panel border p-4 transition-colors ${over ? 'border-accent' : 'border-line'}`}
    >
      <div className={`relative shrink-0 overflow-hidden rounded-poster bg-surface ${shapes[kind]}`}>
        {preview ? (
          <img
            src={preview}
            alt={t`As it will look`}
            className="size-full object-cover"
            onError={() => {
              setChosen(null)
              setRefused(t`That is no picture we can use. Choose a JPEG, PNG or WebP.`)
            }}
          />
        ) : (
          now && <Picture key={now.url} src={now} sizes="192px" alt={t`As it is now`} />
        )}
      </div>
      <div className="grid min-w-0 flex-1 justify-items-start gap-3">
        <h3 id={id} className="font-medium">
          {label}
        </h3>
        <input
          ref={chooser}
          type="file"
          accept={taken.join(',')}
          className="hidden"
          aria-label={label}
          onChange={(event) => {
            take(event.target.files?.[0])
            event.target.value = ''
          }}
        />
        {!chosen && (
          <>
            <Button tone="quiet" onClick={() => chooser.current?.click()}>
              <Trans>Choose a picture</Trans>
            </Button>
            <p className="text-sm text-faint">
              <Trans>Or drop it here. JPEG, PNG or WebP, {most} at most.</Trans>
            </p>
          </>
        )}
        {chosen && (
          <div className="flex flex-wrap gap-3">
            <Button disabled={send.isPending} onClick={() => use(chosen)}>
              <Trans>Use it</Trans>
            </Button>
            <Button tone="quiet" onClick={cancel}>
              <Trans>Cancel</Trans>
            </Button>
          </div>
        )}
        {send.isPending && (
          <>
            <ProgressBar value={sent} label={t`How much has arrived`} />
            <p role="status" className="text-sm text-soft">
              {sent < 1 ? <Trans>Being sent…</Trans> : <Trans>Being made in every size…</Trans>}
            </p>
          </>
        )}
        {send.isSuccess && !chosen && !problem && (
          <p role="status" className="text-sm text-good">
            <Trans>It is the film’s now.</Trans>
          </p>
        )}
        {problem && (
          <p role="alert" className="text-sm text-bad">
            {problem}
          </p>
        )}
      </div>
    </section>
  )

  function reason(error: unknown): string {
    if (isUnreachable(error) && !hasCode(error, 'no_ffmpeg'))
      return t`The server cannot be reached. Try again in a moment.`
    if (hasCode(error, 'no_ffmpeg')) return t`This server has no ffmpeg to make pictures with. Tell whoever runs it.`
    if (hasStatus(error, 413)) return t`This picture is too large: ${most} and 64 megapixels are the most.`
    if (hasStatus(error, 415)) return t`That is no picture we can use. Choose a JPEG, PNG or WebP.`
    if (hasStatus(error, 422)) return t`This picture is damaged, moves, or is far too narrow. Choose another.`
    if (hasStatus(error, 404)) return t`This film is not here any more.`
    return t`That was not taken. Try again in a moment.`
  }
}

/** An address to look at a file by, for as long as it is looked at. */
function useAddress(file: File | null): string | null {
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => {
    if (!file) return setAddress(null)
    const made = URL.createObjectURL(file)
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [file])
  return address
}
