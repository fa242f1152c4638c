// Faces and films as pictures: there, on their way, not there.
import { Avatar, faces } from '@/ui/Avatar'
import { BlurHash } from '@/ui/BlurHash'
import { PlayIcon } from '@/ui/icons'
import { Picture } from '@/ui/Picture'
import { Poster } from '@/ui/Poster'
import { Seen } from '@/ui/Seen'
import { Still } from '@/ui/Still'
import type { Shown } from '../specimen'
import { backdropArt, blur, broken, long, posterArt, scene } from '../words'

const title = 'O Farol de Vidro'
const still = scene(640, 360, 330)

export const pictures: Shown[] = [
  {
    file: 'Avatar',
    size: 'small',
    specimens: [
      ...faces.map((face) => ({ name: face, shown: <Avatar face={face} size={56} /> })),
      { name: 'Small', shown: <Avatar face="owl" size={24} /> },
      { name: 'Large', shown: <Avatar face="owl" size={128} /> },
    ],
  },
  {
    file: 'BlurHash',
    box: (shown) => (
      <div className="relative aspect-video w-full overflow-hidden rounded-poster bg-raised">{shown}</div>
    ),
    specimens: [
      { name: 'A blur', shown: <BlurHash hash={blur} /> },
      { name: 'One that cannot be read: its box alone', shown: <BlurHash hash="?" /> },
    ],
  },
  {
    file: 'Picture',
    box: (shown) => (
      <div className="relative aspect-video w-full overflow-hidden rounded-poster bg-raised">{shown}</div>
    ),
    specimens: [
      { name: 'One picture', shown: <Picture src={still} /> },
      { name: 'In widths and formats, over its blur', shown: <Picture src={backdropArt} sizes="300px" /> },
      { name: 'Painted already: it does not fade in', shown: <Picture src={still} painted /> },
      { name: 'On its way, or failed: its blur', shown: <Picture src={broken} blurHash={blur} /> },
      { name: 'On its way, or failed, with no blur: its box', shown: <Picture src={broken} /> },
    ],
  },
  {
    file: 'Poster',
    size: 'small',
    specimens: [
      { name: 'Its poster', shown: <Poster film={{ title, poster: posterArt }} sizes="160px" /> },
      { name: 'A frame of it, with its title', shown: <Poster film={{ title, stillUrl: still, blurHash: blur }} /> },
      { name: 'No picture', shown: <Poster film={{ title }} /> },
      {
        name: 'A poster that fails: the frame',
        shown: <Poster film={{ title, posterUrl: broken, stillUrl: still }} />,
      },
      { name: 'All its pictures fail', shown: <Poster film={{ title, posterUrl: broken, stillUrl: `${broken}?` }} /> },
      { name: 'Too small for words', shown: <Poster film={{ title }} small /> },
      { name: 'Long', shown: <Poster film={{ title: long.title }} /> },
      { name: 'A long word', shown: <Poster film={{ title: long.word }} /> },
    ],
  },
  {
    file: 'Still',
    specimens: [
      { name: 'Not begun', shown: <Still film={{ title, backdrop: backdropArt }} share={0} sizes="300px" /> },
      { name: 'Seen in part', shown: <Still film={{ title, stillUrl: still, blurHash: blur }} share={0.4} /> },
      { name: 'Seen to its end', shown: <Still film={{ title, stillUrl: still }} share={1} /> },
      { name: 'No picture', shown: <Still film={{ title }} share={0.4} /> },
      { name: 'A picture that fails', shown: <Still film={{ title, stillUrl: broken }} share={0.4} /> },
      { name: 'Too small for words', shown: <Still film={{ title }} share={0.4} small /> },
      {
        name: 'With something over it',
        shown: (
          <Still film={{ title, stillUrl: still }} share={0.7}>
            <span className="absolute inset-0 grid place-items-center">
              <PlayIcon size={32} />
            </span>
          </Still>
        ),
      },
      { name: 'Long', shown: <Still film={{ title: long.title }} share={0.4} /> },
    ],
  },
  {
    file: 'Seen',
    box: (shown) => (
      <div className="relative aspect-video w-full overflow-hidden rounded-poster bg-raised">{shown}</div>
    ),
    specimens: [
      { name: 'Nothing', shown: <Seen share={0} /> },
      { name: 'In part', shown: <Seen share={0.4} /> },
      { name: 'All', shown: <Seen share={1} /> },
    ],
  },
]
