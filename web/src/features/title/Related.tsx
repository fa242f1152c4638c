import { Trans } from '@lingui/react/macro'
import { type UseQueryOptions, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { collection, recommended, similar } from '@/api/movies'
import type { Suggestion } from '@/api/types'
import { FilmCard } from '@/ui/FilmCard'
import { Row, RowSkeleton } from '@/ui/Row'
import { RowFailed } from '@/ui/RowFailed'
import { useReason } from './useReason'

export function Similar({ id }: { id: string }) {
  return <Suggestions title={<Trans>Similar films</Trans>} ask={similar(id)} />
}

export function Recommended({ id }: { id: string }) {
  return <Suggestions title={<Trans>You may also like</Trans>} ask={recommended(id)} />
}

/** Films, each with why it is here. None, and there is no row. */
function Suggestions<Key extends readonly unknown[]>({
  title,
  ask,
}: {
  title: ReactNode
  ask: UseQueryOptions<Suggestion[], Error, Suggestion[], Key>
}) {
  const reason = useReason()
  const { data, isError, refetch } = useQuery(ask)
  if (isError && !data) return <RowFailed retry={() => void refetch()} />
  if (!data) return <RowSkeleton />
  if (data.length === 0) return null
  return (
    <Row title={title}>
      {data.map((one) => (
        <FilmCard key={one.movie.id} film={one.movie} note={reason(one.reason)} inRow />
      ))}
    </Row>
  )
}

/** The films that belong together with this one. */
export function Collected({ id, name, but }: { id: number; name: string; but: string }) {
  const { data, isError, refetch } = useQuery(collection(id))
  if (isError && !data) return <RowFailed retry={() => void refetch()} />
  if (!data) return <RowSkeleton />
  const others = data.items.filter((one) => one.id !== but)
  if (others.length === 0) return null
  return (
    <Row title={data.name || name}>
      {others.map((film) => (
        <FilmCard key={film.id} film={film} inRow />
      ))}
    </Row>
  )
}
