import type { MovieCard } from '@/api/types'
import { byArrows } from '@/lib/arrows'
import { FilmCard } from '@/ui/FilmCard'
import { Sentinel } from '@/ui/Sentinel'
import { Skeleton } from '@/ui/Skeleton'

/** Posters in lines, as many as there are: what follows is asked for before its place is seen. */
export function Grid({ films, label, more }: { films: MovieCard[]; label: string; more?: () => void }) {
  return (
    <>
      <ul aria-label={label} className="posters" onKeyDown={byArrows}>
        {films.map((film, index) => (
          <FilmCard key={film.id} film={film} eager={index < 8} />
        ))}
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
