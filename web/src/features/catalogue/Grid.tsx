import type { MovieCard } from '@/api/types'
import { byArrows } from '@/lib/arrows'
import { FilmCard } from '@/ui/FilmCard'
import { Sentinel } from '@/ui/Sentinel'
import { Skeleton } from '@/ui/Skeleton'
import { useLines } from './useLines'

/** Posters in lines, as many as there are: those far off the screen are not in the page, but their place is kept. */
export function Grid({ films, label, more }: { films: MovieCard[]; label: string; more?: () => void }) {
  const { list, onFocus, onBlur, parts } = useLines(films.length)
  return (
    <>
      <ul ref={list} aria-label={label} className="posters" onKeyDown={byArrows} onFocus={onFocus} onBlur={onBlur}>
        {parts.flatMap(({ from, to, height }) =>
          height > 0 ? (
            <li key={`before ${to}`} aria-hidden="true" className="col-span-full" style={{ height }} />
          ) : (
            films.slice(from, to).map((film, place) => <FilmCard key={film.id} film={film} eager={from + place < 8} />)
          ),
        )}
      </ul>
      {more && <Sentinel reached={more} />}
    </>
  )
}

export function GridSkeleton() {
  return (
    <div className="posters" aria-busy="true">
      {Array.from({ length: 21 }, (_, index) => index).map((index) => (
        <div key={index}>
          <Skeleton className="aspect-2/3 w-full rounded-poster" />
          <Skeleton className="mt-3 h-3.5 w-[70%] rounded-full" />
          <div className="h-5" />
        </div>
      ))}
    </div>
  )
}
