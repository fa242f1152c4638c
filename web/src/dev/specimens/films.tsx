// Films among films.
import { FilmCard } from '@/ui/FilmCard'
import { Row, RowSkeleton } from '@/ui/Row'
import { RowFailed } from '@/ui/RowFailed'
import { useDeviceName, useTimeLeft } from '@/ui/TimeLeft'
import type { Shown, Specimen } from '../specimen'
import { blur, broken, long, none, posterArt, scene } from '../words'

const film = { id: 'farol', title: 'O Farol de Vidro', titles: {}, year: 2024, playable: false }
const still = scene(640, 360, 330)

const many = [215, 330, 20, 90, 150, 260, 45, 300, 190, 5, 120, 240].map((hue, place) => (
  <FilmCard
    key={hue}
    film={{ ...film, id: `film-${place}`, playable: place % 3 === 0, posterUrl: scene(400, 600, hue) }}
    inRow
  />
))

/** "31 min left", as said of a film that has run so far. */
function Left(of: { positionSeconds: number; durationSeconds: number }) {
  return <p className="text-soft">{useTimeLeft()(of)}</p>
}

function Device({ named }: { named?: string }) {
  return <p className="text-soft">{useDeviceName()(named)}</p>
}

const left = (name: string, positionSeconds: number, durationSeconds: number): Specimen => ({
  name,
  shown: <Left positionSeconds={positionSeconds} durationSeconds={durationSeconds} />,
  made: `useTimeLeft()({ positionSeconds: ${positionSeconds}, durationSeconds: ${durationSeconds} })`,
})

const device = (name: string, named?: string): Specimen => ({
  name,
  shown: <Device named={named} />,
  made: `useDeviceName()(${named ? `'${named}'` : 'undefined'})`,
})

export const films: Shown[] = [
  {
    file: 'FilmCard',
    size: 'small',
    box: (shown) => <ul className="posters">{shown}</ul>,
    specimens: [
      { name: 'Known of, not here', shown: <FilmCard film={{ ...film, poster: posterArt }} /> },
      {
        name: 'Can be watched',
        shown: <FilmCard film={{ ...film, playable: true, durationSeconds: 7260, posterUrl: scene(400, 600, 20) }} />,
      },
      { name: 'With why it is here', shown: <FilmCard film={{ ...film, poster: posterArt }} note="Seen on Monday" /> },
      {
        name: 'A frame of it',
        shown: <FilmCard film={{ ...film, playable: true, stillUrl: still, stillBlurHash: blur }} />,
      },
      { name: 'No picture', shown: <FilmCard film={film} /> },
      { name: 'A picture that fails', shown: <FilmCard film={{ ...film, posterUrl: broken }} /> },
      { name: 'No year', shown: <FilmCard film={{ ...film, year: undefined, poster: posterArt }} /> },
      { name: 'Long', shown: <FilmCard film={{ ...film, title: long.title, playable: true }} note={long.sentence} /> },
    ],
  },
  {
    file: 'Row',
    size: 'wide',
    specimens: [
      { name: 'More than fit', shown: <Row title="New here">{many}</Row> },
      { name: 'A few', shown: <Row title="My list">{many.slice(0, 2)}</Row> },
      { name: 'Long', shown: <Row title={long.title}>{many.slice(3, 6)}</Row> },
      { name: 'On its way', shown: <RowSkeleton /> },
      { name: 'On its way, of stills', shown: <RowSkeleton wide cards={3} /> },
    ],
  },
  {
    file: 'RowFailed',
    size: 'wide',
    specimens: [
      { name: 'In place of posters', shown: <RowFailed retry={none} /> },
      { name: 'In place of stills', shown: <RowFailed retry={none} wide /> },
    ],
  },
  {
    file: 'TimeLeft',
    size: 'small',
    specimens: [
      left('The last minute', 5990, 6000),
      left('Minutes', 4140, 6000),
      left('One hour', 0, 3600),
      left('Hours', 60, 7920),
      device('A device that is known', 'Chrome on Android'),
      device('One with a name alone', 'Kodi'),
      device('One that is not'),
    ],
  },
]
