// What an administrator tells everybody who has the app open.
import { create } from 'zustand'
import { serverNow } from './watchClock'

export type Notice = { id: string; text: string; until?: string }

const most = 3
const longest = 2 ** 31 - 1

export const useNotices = create<{ list: readonly Notice[] }>(() => ({ list: [] }))

/** Whoever was told and put it away is not told again. */
const known = new Set<string>()

/** Shows a notice until its time is over, or somebody puts it away. */
export function showNotice({ id, text, until }: Notice): void {
  const lasts = until ? Date.parse(until) - serverNow() : Number.POSITIVE_INFINITY
  if (known.has(id) || !(lasts > 0)) return
  known.add(id)
  useNotices.setState(({ list }) => ({ list: [...list, { id, text, until }].slice(-most) }))
  if (lasts < longest) setTimeout(() => putAway(id), lasts)
}

export function putAway(id: string): void {
  useNotices.setState(({ list }) => ({ list: list.filter((one) => one.id !== id) }))
}
