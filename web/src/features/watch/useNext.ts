import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { movie } from '@/api/home'
import { collection, recommended } from '@/api/movies'
import type { MovieCard } from '@/api/types'
import { titleIn } from '@/lib/inLanguage'
import type { Next } from '@/player'

/** What comes after a film: the next of its collection, else the first recommended to its viewers that can be watched. */
export function useNext(movieId: string | undefined): Next | undefined {
  const { i18n } = useLingui()
  const navigate = useNavigate()
  const id = movieId ?? ''
  const enabled = movieId !== undefined
  const film = useQuery({ ...movie(id), enabled })
  const collectionId = film.data?.collection?.id
  const together = useQuery({ ...collection(collectionId ?? 0), enabled: collectionId !== undefined })
  const others = useQuery({ ...recommended(id), enabled })
  const next = nextOf(id, together.data?.items ?? [], others.data?.map((one) => one.movie) ?? [])
  const videoId = next?.videoId
  const go = useCallback(() => {
    if (videoId) void navigate({ to: '/watch/$videoId', params: { videoId } })
  }, [navigate, videoId])
  const title = next && titleIn(next, i18n.locale)
  const picture = next && (next.backdrop ?? next.stillUrl)
  return useMemo(() => (title === undefined ? undefined : { title, picture, go }), [title, picture, go])
}

export function nextOf(id: string, together: MovieCard[], recommended: MovieCard[]): MovieCard | undefined {
  const at = together.findIndex((one) => one.id === id)
  const after = at < 0 ? [] : together.slice(at + 1)
  return [...after, ...recommended].find((one) => one.playable && one.videoId && one.id !== id)
}
