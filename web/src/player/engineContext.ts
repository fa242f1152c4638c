import { createContext, use } from 'react'
import { useStore } from 'zustand'
import type { StoreApi } from 'zustand/vanilla'
import type { Engine, EngineState } from './engine'

type Value = { state: StoreApi<EngineState>; engine: Engine | null; retry: () => void }

export const EngineContext = createContext<Value | null>(null)

function useValue(): Value {
  const value = use(EngineContext)
  if (!value) throw new Error('the player’s controls stand inside <Player>')
  return value
}

/** Reads a piece of what the engine reports. */
export function useEngine<T>(select: (state: EngineState) => T): T {
  return useStore(useValue().state, select)
}

/** What may be asked of the engine; nothing happens while it is still being opened. */
export function useRequests() {
  const { engine, retry } = useValue()
  return {
    chooseRung: (id: string) => engine?.chooseRung(id),
    chooseAudio: (id: string) => engine?.chooseAudio(id),
    startNear: (seconds: number) => engine?.startNear?.(seconds),
    retry,
  }
}
