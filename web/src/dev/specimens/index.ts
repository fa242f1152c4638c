// Every component of src/ui in every state it can be in. UiPage.test.tsx fails where the folder has a file that is not here.
import type { Shown } from '../specimen'
import { drawn } from './drawn'
import { films } from './films'
import { pictures } from './pictures'
import { pressed } from './pressed'
import { told } from './told'

export const groups: { name: string; components: Shown[] }[] = [
  { name: 'Pressed and filled in', components: pressed },
  { name: 'Pictures', components: pictures },
  { name: 'Films', components: films },
  { name: 'How things stand', components: told },
  { name: 'Signs', components: drawn },
]

/** Files of src/ui that there is nothing to see of, and why. */
export const drawsNothing: Record<string, string> = {
  Sentinel: 'A line of one pixel without a colour, that asks for what follows before it is reached.',
}
