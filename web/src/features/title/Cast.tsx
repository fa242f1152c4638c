import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Movie } from '@/api/types'
import { type Art, Picture } from '@/ui/Picture'
import { Row } from '@/ui/Row'

const most = 20

/** Who plays in it. Each leads to what else they are in. */
export function Cast({ film }: { film: Movie }) {
  if (film.cast.length === 0) return null
  return (
    <Row title={<Trans>Cast</Trans>}>
      {film.cast.slice(0, most).map(({ name, character, picture }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same person may play two people, and their order is theirs.
        <li key={place} className="w-24 shrink-0 text-center">
          <Link to="/search" search={{ q: name }} data-film className="group block rounded-poster">
            <Face name={name} picture={picture} />
            <p className="mt-2 text-sm text-balance text-soft transition-colors group-hover:text-ink">{name}</p>
            <p className="text-sm text-balance text-faint">{character}</p>
          </Link>
        </li>
      ))}
    </Row>
  )
}

function Face({ name, picture }: { name: string; picture?: Art }) {
  const [failed, setFailed] = useState(false)
  const initials = name.split(/\s+/u).map((word) => [...word][0] ?? '')
  return (
    <div className="edge relative grid size-24 place-items-center overflow-hidden rounded-full bg-raised text-lg text-faint">
      <span aria-hidden="true">{[initials[0], initials.length > 1 && initials.at(-1)].filter(Boolean).join('')}</span>
      {picture && !failed && <Picture src={picture} sizes="6rem" onFail={() => setFailed(true)} />}
    </div>
  )
}
