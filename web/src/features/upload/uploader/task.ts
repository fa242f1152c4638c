// One file on its way, as the page shows it.

export type Phase =
  /** In line behind other files. */
  | 'waiting'
  | 'sending'
  /** The network or the server is away; it goes on by itself. */
  | 'retrying'
  /** All bytes are there; the server is told so. */
  | 'finishing'
  /** Known to the server from before, but this page has no file in hand: it must be chosen again. */
  | 'lost'
  /** The browser still knows the file but wants to be asked before it opens it. */
  | 'asking'
  /** Another tab of this browser is sending it. */
  | 'elsewhere'
  | 'failed'

export type Task = {
  /** Ours, from the moment the file is dropped. */
  id: string
  uploadId?: string
  videoId?: string
  fileName: string
  size: number
  phase: Phase
  sent: number
  /** Bytes a second, once there is enough to measure. */
  speed?: number
  /** Why it failed: a stable code, and the server's sentence if it had one. */
  reason?: { code: string; detail?: string }
}

export function secondsLeft(task: Task): number | undefined {
  return task.speed ? (task.size - task.sent) / task.speed : undefined
}

export function active(task: Task): boolean {
  return ['waiting', 'sending', 'retrying', 'finishing'].includes(task.phase)
}
