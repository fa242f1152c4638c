// What a viewer lets be told to Google Analytics, on a server whose operator counts visits there. Before they agree nothing
// is kept of it and nothing sent; then it goes to our own server, which hands it over: which screens were opened, and that a
// film was begun or seen to its end.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { remember } from '@/lib/remember'
import { isPrivate, screenOf } from './rum'
import type { Visit } from './types'
import { uuid } from './watchDevice'

/** What was answered on this device; null until it was. Who agreed has a random name for as long as they do. */
type Answer = { client: string | null } | null

const kept = remember<Answer>('kk.visits', null)
export const answers = createStore(() => ({ answer: kept.get() }))

export const useAnswer = (): Answer => useStore(answers, (state) => state.answer)

export function answerVisits(agreed: boolean): void {
  const answer = { client: agreed ? uuid() : null }
  kept.set(answer)
  answers.setState({ answer })
}

/** The server takes no more together. */
const most = 25
const every = 10_000

/**
 * Tells what happens on this page in the name of a device, until it is told to stop. A screen is told by its name, without
 * what it shows.
 */
export function tellVisits(client: string) {
  const session = crypto.getRandomValues(new Uint32Array(1))[0] || 1
  let waiting: Visit[] = []
  let screen: Visit['screen'] | undefined
  const send = () => {
    if (waiting.length === 0 || isPrivate()) return
    const body = new Blob([JSON.stringify({ client, session, visits: waiting })], { type: 'application/json' })
    waiting = []
    navigator.sendBeacon?.('/api/visits', body)
  }
  const visit = (name: Visit['name']) => {
    if (screen) waiting.push({ name, screen })
    if (waiting.length >= most) send()
  }
  // What a film's element says does not rise, but can be listened to on its way down.
  const begun = new WeakSet<EventTarget>()
  const plays = ({ target }: Event) => {
    if (!target || begun.has(target)) return
    begun.add(target)
    visit('video_start')
  }
  const ends = () => visit('video_complete')
  const hidden = () => document.visibilityState === 'hidden' && send()
  const timer = setInterval(send, every)
  document.addEventListener('playing', plays, true)
  document.addEventListener('ended', ends, true)
  document.addEventListener('visibilitychange', hidden)
  addEventListener('pagehide', send)
  return {
    opened(path: string) {
      screen = screenOf(path) as Visit['screen']
      visit('page_view')
    },
    stop() {
      clearInterval(timer)
      document.removeEventListener('playing', plays, true)
      document.removeEventListener('ended', ends, true)
      document.removeEventListener('visibilitychange', hidden)
      removeEventListener('pagehide', send)
      waiting = []
    },
  }
}
