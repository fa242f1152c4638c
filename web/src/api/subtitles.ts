import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from './client'
import type { VideoSubtitle } from './types'

/** The subtitles of a film, as whoever runs the library sees them. */
export function subtitles(id: string) {
  return queryOptions({
    queryKey: ['subtitles', id],
    queryFn: async ({ signal }): Promise<VideoSubtitle[]> =>
      (await client.GET('/videos/{id}/subtitles', { params: { path: { id } }, signal })).data?.items ?? [],
  })
}

export type NewSubtitle = { file: File; language: string; forced: boolean; sdh: boolean }

export function useAddSubtitle(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ file, language, forced, sdh }: NewSubtitle) =>
      client.POST('/videos/{id}/subtitles', {
        params: { path: { id } },
        body: { file: '', language },
        bodySerializer: () => {
          const form = new FormData()
          form.set('language', language)
          form.set('forced', String(forced))
          form.set('sdh', String(sdh))
          form.set('file', file)
          return form
        },
      }),
    onSuccess: () => queries.invalidateQueries(subtitles(id)),
  })
}

export function useRemoveSubtitle(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (subtitleId: string) =>
      client.DELETE('/videos/{id}/subtitles/{subtitleId}', { params: { path: { id, subtitleId } } }),
    onSuccess: () => queries.invalidateQueries(subtitles(id)),
  })
}
