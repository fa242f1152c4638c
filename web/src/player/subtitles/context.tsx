import { createContext, type ReactNode, use, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { useEngine } from '../engineContext'
import { chosenSubtitle, type Subtitle, shownSubtitle } from './choice'
import { createSubtitleStore, type SubtitleState } from './store'

type Value = { all: readonly Subtitle[]; sound: string; store: ReturnType<typeof createSubtitleStore> }

const Context = createContext<Value | null>(null)

function useValue(): Value {
  const value = use(Context)
  if (!value) throw new Error('subtitles stand inside <Player>')
  return value
}

type Props = { subtitles: readonly Subtitle[]; language: string; children: ReactNode }

/** Language is that of the film's own sound, until the engine says which is heard. */
export function SubtitleContext({ subtitles, language, children }: Props) {
  const [store] = useState(createSubtitleStore)
  const heard = useEngine((state) => state.audio.find((one) => one.id === state.chosenAudio)?.language)
  const sound = heard || language
  const value = useMemo(() => ({ all: subtitles, sound, store }), [subtitles, sound, store])
  return <Context value={value}>{children}</Context>
}

export function useSubtitleState<T>(select: (state: SubtitleState) => T): T {
  return useStore(useValue().store, select)
}

/** What there is, what is chosen, and what is over the picture. */
export function useSubtitles() {
  const { all, sound } = useValue()
  const picked = useSubtitleState((state) => state.picked)
  const habit = useSubtitleState((state) => state.habit)
  return useMemo(() => {
    const own = all.find((one) => one.id === picked)
    const chosen = own ?? (picked === 'off' ? null : chosenSubtitle(all, habit, sound))
    return { all, chosen, shown: shownSubtitle(all, chosen, sound) }
  }, [all, picked, habit, sound])
}

export function useSubtitleRequests() {
  const { store } = useValue()
  return useMemo(
    () => ({
      choose: (one: Subtitle | null) =>
        store.setState({
          picked: one?.id ?? 'off',
          habit: one ? { language: one.language, sdh: one.sdh } : 'off',
        }),
      setDelay: (delay: number) => store.setState({ delay }),
      makeRoom: (crowded: boolean) => store.setState({ crowded }),
      setLook: (change: Partial<SubtitleState['look']>) =>
        store.setState(({ look }) => ({ look: { ...look, ...change } })),
    }),
    [store],
  )
}
