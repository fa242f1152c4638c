import { useLingui } from '@lingui/react/macro'
import type { AudioChoice } from '../engine'
import { useEngine, useRequests } from '../engineContext'
import { evenOut, heed, type Sound, useSoundChoices } from '../sound/sounds'
import { Aside, Column, Option } from './Column'

/** Each track, and once more where there is 5.1 of it. */
export function AudioColumn({ sounds }: { sounds: readonly Sound[] }) {
  const { t } = useLingui()
  const choices = useEngine((state) => state.audio)
  const chosen = useEngine((state) => state.chosenAudio)
  const { chooseAudio } = useRequests()
  if (choices.length < 2) return null
  return (
    <Column title={t`Audio`}>
      {byTrack(choices, sounds).map(({ choice, sound }) => (
        <Option
          key={choice.id}
          chosen={choice.id === chosen}
          choose={() => {
            if (sound) heed(sound, sounds)
            chooseAudio(choice.id)
          }}
        >
          {`${choice.label} `}
          <Role role={sound?.role} />
        </Option>
      ))}
    </Column>
  )
}

/** 5.1 stands under the same track in stereo. */
function byTrack(choices: readonly AudioChoice[], sounds: readonly Sound[]) {
  return choices
    .map((choice) => ({ choice, sound: sounds.find(({ id }) => id === choice.id) }))
    .sort((a, b) => (a.sound?.track ?? 0) - (b.sound?.track ?? 0))
}

function Role({ role }: Pick<Sound, 'role'>) {
  const { t } = useLingui()
  switch (role) {
    case 'original':
      return <Aside>{t`original`}</Aside>
    case 'dub':
      return <Aside>{t`dubbed`}</Aside>
    case 'commentary':
      return <Aside>{t`commentary`}</Aside>
    case 'description':
      return <Aside>{t`audio description`}</Aside>
    case 'clear':
      return <Aside>{t`clear speech`}</Aside>
  }
  return null
}

/** Stands under the columns, where there is a gain to be applied at all. */
export function EvenVolumeOption({ sounds }: { sounds: readonly Sound[] }) {
  const { t } = useLingui()
  const { even } = useSoundChoices()
  if (!sounds.some(({ gainDb }) => gainDb !== undefined)) return null
  return (
    <div className="mt-1 border-t border-line px-0.5 pt-1 sm:px-1">
      <Option chosen={even} choose={() => evenOut(!even)}>{t`Even out volume`}</Option>
    </div>
  )
}
