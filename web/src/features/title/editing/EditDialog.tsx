import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { useChangeMovie } from '@/api/editing'
import { movie } from '@/api/home'
import { hasCode, hasStatus, Problem } from '@/api/problem'
import type { Age, Movie } from '@/api/types'
import { locales } from '@/i18n'
import { nameIn } from '@/lib/inLanguage'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Select'
import { changeOf, fieldsOf } from './change'

const ages = [0, 10, 12, 14, 16, 18] as const

/** Changes what is told of a film. Whoever was slower than another editor hears of it, and nothing is lost. */
export function EditDialog({ open, film, close }: { open: boolean; film: Movie; close: () => void }) {
  const { t } = useLingui()
  return (
    <Dialog open={open} title={t`Edit film`} close={close}>
      <Form film={film} close={close} />
    </Dialog>
  )
}

function Form({ film, close }: { film: Movie; close: () => void }) {
  const { t, i18n } = useLingui()
  const queries = useQueryClient()
  const save = useChangeMovie(film.id)
  // What was seen when the form was opened: what comes meanwhile is not what is being changed.
  const [seen, setSeen] = useState(film)
  const fields = fieldsOf(seen, (genre) => nameIn(genre, i18n.locale))
  const overtaken = hasCode(save.error, 'film_changed')

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    save.mutate(changeOf(seen, fields, new FormData(event.currentTarget)), { onSuccess: close })
  }
  const reload = async () => {
    const { queryKey, queryFn } = movie(film.id)
    setSeen(await queries.fetchQuery({ queryKey, queryFn, staleTime: 0 }))
    save.reset()
  }
  return (
    <form key={seen.version} onSubmit={submit} className="mt-4 grid gap-4">
      <div className="grid max-h-[60dvh] gap-4 overflow-auto">
        {locales.map(({ id, name }) => (
          <fieldset key={id} lang={id} className="grid min-w-0 gap-3">
            <legend className="mb-2 font-medium">{name}</legend>
            <Field label={t`Title`} name={`title.${id}`} defaultValue={fields[`title.${id}`]} maxLength={300} />
            <Area label={t`What it is about`} name={`overview.${id}`} defaultValue={fields[`overview.${id}`]} />
          </fieldset>
        ))}
        <Field
          label={t`Released`}
          name="released"
          defaultValue={fields.released}
          maxLength={10}
          pattern="\d{4}(-\d{2}(-\d{2})?)?"
          placeholder="2008-07-16"
          hint={t`A year, a month or a day: 2008, 2008-07, 2008-07-16.`}
        />
        <Field
          label={t`Genres`}
          name="genres"
          defaultValue={fields.genres}
          maxLength={600}
          hint={t`Separated by commas.`}
        />
        <Select label={t`Age rating`} name="age" defaultValue={fields.age}>
          <option value="">{t`Not rated`}</option>
          {ages.map((age: Age) => (
            <option key={age} value={String(age)}>
              {age === 0 ? t`All ages` : t`From ${age}`}
            </option>
          ))}
        </Select>
      </div>
      {save.isError && (
        <div role="alert" className="flex flex-wrap items-center gap-3 text-sm text-bad">
          <p>{overtaken ? t`Someone changed this film meanwhile. Reload to see how it is now.` : reason(save.error)}</p>
          {overtaken && (
            <Button tone="quiet" onClick={() => void reload()}>
              <Trans>Reload</Trans>
            </Button>
          )}
        </div>
      )}
      <div className="flex justify-end gap-3">
        <Button tone="quiet" onClick={close}>
          <Trans>Cancel</Trans>
        </Button>
        <Button type="submit" disabled={save.isPending || overtaken}>
          <Trans>Save</Trans>
        </Button>
      </div>
    </form>
  )

  function reason(error: unknown): string {
    const said = error instanceof Problem && hasStatus(error, 422) ? error.detail : undefined
    return said ?? t`The film was not saved. Try again in a moment.`
  }
}

/** A labelled text of several lines. */
function Area({ label, name, defaultValue }: { label: string; name: string; defaultValue?: string }) {
  const id = useId()
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm text-soft">
        {label}
      </label>
      <textarea
        id={id}
        name={name}
        defaultValue={defaultValue}
        rows={5}
        maxLength={10_000}
        className="w-full rounded-poster border border-line bg-surface p-2 text-base text-ink transition-colors hover:border-white/20 focus:border-accent focus:outline-none"
        style={{ fontFamily: 'inherit' }}
      />
    </div>
  )
}
