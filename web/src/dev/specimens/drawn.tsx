// Signs. They are taken from their files as they are: a new one stands here by itself.
import type { ComponentType } from 'react'
import * as icons from '@/ui/icons'
import { Logo } from '@/ui/Logo'
import * as signs from '@/ui/signs'
import type { Shown, Specimen } from '../specimen'

const isSign = (entry: [string, unknown]): entry is [string, ComponentType<icons.Props>] => /^\w+Icon$/.test(entry[0])

const each = (file: object): Specimen[] =>
  Object.entries(file)
    .filter(isSign)
    .map(([name, Sign]) => ({ name: name.replace('Icon', ''), shown: <Sign /> }))

export const drawn: Shown[] = [
  {
    file: 'icons',
    size: 'small',
    specimens: [
      ...each(icons),
      { name: 'Chevron, back', shown: <icons.ChevronIcon back /> },
      { name: 'Small', shown: <icons.SearchIcon size={16} /> },
      { name: 'Large, in a colour', shown: <icons.PlayIcon size={48} className="text-accent" /> },
    ],
  },
  {
    file: 'signs',
    size: 'small',
    specimens: [...each(signs), { name: 'Star, given', shown: <signs.StarIcon full /> }],
  },
  {
    file: 'Logo',
    specimens: [
      { name: 'In the header', shown: <Logo className="text-lg" /> },
      { name: 'Large', shown: <Logo className="text-xl" /> },
    ],
  },
]
