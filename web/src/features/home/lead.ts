import type { HomeRow, MovieCard } from '@/api/types'

/**
 * The film that leads: one that can be watched and has a picture to fill the screen, if there is one. The server decides
 * the same of the same rows (internal/httpapi/first_page.go); its testdata/leads.json holds both to it.
 */
export function leadOf(rows: HomeRow[]): MovieCard | undefined {
  const films = rows.flatMap((row) => row.items)
  const playable = films.filter((film) => film.playable)
  return (
    playable.find((film) => film.backdrop) ??
    playable.find((film) => film.stillUrl) ??
    films.find((film) => film.backdrop) ??
    playable[0]
  )
}
