import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { useMe } from '@/api/session'
import { type Going, usePlayingElsewhere, useRemove } from '@/api/watch'
import { useMarks } from '@/api/watchPlaces'
import { putBack, row, rowNow, useNews } from '@/api/watchRow'
import { Row, RowSkeleton } from '@/ui/Row'
import { RowFailed } from '@/ui/RowFailed'
import { toast } from '@/ui/toast'
import { expect, expected } from './expected'
import { GoOnCard, titleOf } from './GoOnCard'
import { useGlide } from './useGlide'

/** What was begun and not finished. It moves while it is looked at, as films are watched elsewhere. */
export function GoOn({ onKnown }: { onKnown: () => void }) {
  const profileId = useMe()?.profile.id ?? ''
  const list = useQuery(row)
  const heard = useMarks()
  const films = useMemo(() => list.data && rowNow(list.data, heard), [list.data, heard])
  const elsewhere = usePlayingElsewhere()
  const remove = useTakeOff()
  const box = useRef<HTMLDivElement>(null)
  useGlide(box, films?.map((film) => film.videoId) ?? none)
  useNews(list.data, list.refetch)

  // What was empty when it was asked last may be so no longer.
  const known = list.isError || list.isPaused || (list.data && (list.data.length > 0 || !list.isFetching))
  useEffect(() => {
    if (known) onKnown()
  }, [known, onKnown])
  useEffect(() => {
    if (films) expect(profileId, films.length)
  }, [profileId, films])

  const take = useCallback(
    (film: Going, card: HTMLElement) => {
      focusBeside(card)
      remove(film)
    },
    [remove],
  )
  if (!films && list.isError) return <RowFailed wide retry={() => void list.refetch()} />
  if (!films && expected(profileId) > 0) return <RowSkeleton wide cards={expected(profileId)} />
  if (!films || films.length === 0) return null
  return (
    <div ref={box} className="min-w-0">
      <Row title={<Trans>Continue watching</Trans>}>
        {films.map((film, place) => (
          <GoOnCard
            key={film.videoId}
            film={film}
            there={elsewhere.find((one) => one.videoId === film.videoId)?.device}
            eager={place < 4}
            remove={take}
          />
        ))}
      </Row>
    </div>
  )
}

const none: readonly string[] = []

/** Takes a film off the row at once; it can be put back, and is back by itself where the server did not do it. */
function useTakeOff() {
  const { t, i18n } = useLingui()
  const queries = useQueryClient()
  const { mutateAsync } = useRemove()
  return useCallback(
    async (film: Going) => {
      const title = titleOf(film, i18n.locale)
      try {
        await mutateAsync(film.videoId)
      } catch {
        return toast(t`${title} is still in the row: the server did not take it off. Try again in a moment.`)
      }
      const undo = () =>
        putBack(queries, film).catch(() => toast(t`${title} is not back in the row. Play it to bring it back.`))
      toast(t`${title} is off the row.`, { label: t`Undo`, run: () => void undo() })
    },
    [t, i18n, queries, mutateAsync],
  )
}

/** Whoever goes by keys stays in the row when the film they stand on leaves it. */
function focusBeside(card: HTMLElement) {
  const beside = card.nextElementSibling ?? card.previousElementSibling
  beside?.querySelector<HTMLElement>('[data-film]')?.focus({ preventScroll: true })
}
