// Sends films in parts: several at once, each tried until it is there, the whole picked up again after a reload or a
// lost network. Knows no screen; what happens is read from `tasks`.
import { createStore } from 'zustand/vanilla'
import { hasCode, hasStatus, isUnreachable, Problem } from '@/api/problem'
import type { Upload, UploadPart, Video } from '@/api/types'
import type { Address } from '@/api/uploads'
import * as server from '@/api/uploads'
import { persist, type Wait, waitOrOnline } from './patience'
import { createShelf, type Shelf } from './shelf'
import { createSlots } from './slots'
import { createMeter } from './speed'
import { active, type Task } from './task'

export type Chosen = { file: File; handle?: FileSystemFileHandle }

export type Server = typeof server

type Options = {
  /** Told of every film the server made of a file, or dropped. */
  arrived?: (video: Video) => void
  gone?: (videoId: string) => void
  server?: Server
  shelf?: Shelf
  wait?: Wait
}

const partsAtOnce = 4
const filesAtOnce = 3
const damagedTries = 3
/** Addresses of a store are fresh every time, so it is their number that tells one that expired from one not taken. */
const refusedTries = 5
const between = 200

export type Uploader = ReturnType<typeof createUploader>

export function createUploader(options: Options = {}) {
  const { server: api = server, shelf = createShelf(), wait = waitOrOnline, arrived, gone } = options
  const tasks = createStore<{ list: Task[] }>(() => ({ list: [] }))
  const running = new Map<string, AbortController>()
  const files = new Map<string, Chosen>()
  const partSlot = createSlots(partsAtOnce)
  const fileSlot = createSlots(filesAtOnce)
  let count = 0

  const find = (id: string) => tasks.getState().list.find((task) => task.id === id)
  const change = (id: string, part: Partial<Task>) =>
    tasks.setState(({ list }) => ({ list: list.map((task) => (task.id === id ? { ...task, ...part } : task)) }))
  const remove = (id: string) => tasks.setState(({ list }) => ({ list: list.filter((task) => task.id !== id) }))

  /** Takes files in. One that continues an unfinished upload continues it. */
  function add(chosen: Chosen[]) {
    for (const one of chosen) {
      const { name, size } = one.file
      const resting = tasks
        .getState()
        .list.find((task) => ['lost', 'asking'].includes(task.phase) && task.fileName === name && task.size === size)
      if (resting) {
        give(resting.id, one)
        continue
      }
      const task: Task = { id: `file-${++count}`, fileName: name, size, phase: 'waiting', sent: 0 }
      tasks.setState(({ list }) => ({ list: [task, ...list] }))
      give(task.id, one)
    }
  }

  /** Hands a task its file and lets it go on. A file of another size is not the same film. */
  function give(id: string, chosen: Chosen) {
    const task = find(id)
    if (!task || running.has(id)) return
    if (chosen.file.size !== task.size || chosen.file.name !== task.fileName) {
      change(id, { reason: { code: 'other_file' } })
      return
    }
    files.set(id, chosen)
    void run(id, chosen)
  }

  /** Learns from the server what was left unfinished, and goes on at once with what this browser can still open. */
  async function restore() {
    for (const upload of await api.openUploads()) {
      if (tasks.getState().list.some((task) => task.uploadId === upload.id)) continue
      const kept = await shelf.find(upload.id)
      const sent = received(upload)
      const task: Task = {
        id: `file-${++count}`,
        uploadId: upload.id,
        videoId: upload.videoId,
        fileName: upload.fileName,
        size: upload.size,
        phase: kept?.handle ? 'asking' : 'lost',
        sent,
      }
      tasks.setState(({ list }) => ({ list: [...list, task] }))
      if (kept?.handle && (await kept.handle.queryPermission?.({ mode: 'read' })) === 'granted') {
        await openKept(task.id, kept.handle)
      }
    }
  }

  /** Opens the file the browser kept, asking the person if it must. Needs a click. */
  async function reopen(id: string) {
    const uploadId = find(id)?.uploadId
    const handle = uploadId ? (await shelf.find(uploadId))?.handle : undefined
    if (!handle) return change(id, { phase: 'lost' })
    const answer = (await handle.requestPermission?.({ mode: 'read' })) ?? 'granted'
    if (answer === 'granted') await openKept(id, handle)
  }

  async function openKept(id: string, handle: FileSystemFileHandle) {
    try {
      give(id, { file: await handle.getFile(), handle })
    } catch {
      change(id, { phase: 'lost' })
    }
  }

  async function cancel(id: string) {
    const task = find(id)
    if (!task) return
    running.get(id)?.abort(new DOMException('cancelled', 'AbortError'))
    remove(id)
    files.delete(id)
    if (task.uploadId) await withdraw({ id: task.uploadId, videoId: task.videoId })
  }

  /** Leaves nothing of an upload. If this fails the server gives it up by itself after a day of silence. */
  async function withdraw({ id, videoId }: { id: string; videoId?: string }) {
    await shelf.drop(id)
    await api.cancelUpload(id).catch(() => {})
    if (videoId) gone?.(videoId)
  }

  function retry(id: string) {
    const chosen = files.get(id)
    if (chosen) give(id, chosen)
  }

  async function run(id: string, chosen: Chosen) {
    const stop = new AbortController()
    running.set(id, stop)
    change(id, { phase: 'waiting', reason: undefined })
    try {
      await fileSlot(() => send(id, chosen, stop.signal), stop.signal)
    } catch (error) {
      if (stop.signal.aborted) return
      if (error === elsewhere) change(id, { phase: 'elsewhere' })
      else await fail(id, error)
    } finally {
      running.delete(id)
    }
  }

  async function send(id: string, chosen: Chosen, signal: AbortSignal) {
    const upload = await persist(() => begin(id, chosen), {
      signal,
      wait,
      stuck: (stuck) => change(id, { phase: stuck ? 'retrying' : 'sending' }),
    })
    if (signal.aborted) return withdraw(upload) // cancelled before anybody knew what to cancel
    await alone(upload.id, () => deliver(id, upload, chosen, signal))
  }

  async function deliver(id: string, upload: Upload, chosen: Chosen, signal: AbortSignal) {
    await shelf.keep({ uploadId: upload.id, lastModified: chosen.file.lastModified, handle: chosen.handle })
    change(id, { phase: 'sending', uploadId: upload.id, videoId: upload.videoId, sent: received(upload) })
    void api.getVideo(upload.videoId).then(arrived, () => {})

    await sendParts(id, upload, chosen.file, signal)
    change(id, { phase: 'finishing', sent: upload.size, speed: undefined })
    const video = await persist(() => finish(id, upload.id, chosen.file, signal), {
      signal,
      wait,
      stuck: (stuck) => change(id, { phase: stuck ? 'retrying' : 'finishing' }),
    })
    await shelf.drop(upload.id)
    files.delete(id)
    arrived?.(video)
    remove(id)
  }

  async function begin(id: string, { file }: Chosen): Promise<Upload> {
    const known = find(id)?.uploadId
    if (known) {
      try {
        const upload = await api.getUpload(known)
        if (upload.status !== 'expired') return upload
      } catch (error) {
        if (!hasStatus(error, 404)) throw error
      }
    }
    return api.startUpload({ fileName: file.name, size: file.size, lastModified: file.lastModified })
  }

  /** A part the server turns out to miss is sent again before it is told once more. */
  async function finish(id: string, uploadId: string, file: File, signal: AbortSignal): Promise<Video> {
    try {
      return await api.completeUpload(uploadId)
    } catch (error) {
      if (!hasCode(error, 'parts_missing')) throw error
      await sendParts(id, await api.getUpload(uploadId), file, signal)
      return api.completeUpload(uploadId)
    }
  }

  async function sendParts(id: string, upload: Upload, file: File, signal: AbortSignal) {
    const meter = createMeter()
    const flying = new Map<number, number>()
    const stuck = new Set<number>()
    // One part that cannot go on stops its siblings, so that nothing is still sending once this returns.
    const all = new AbortController()
    const either = AbortSignal.any([signal, all.signal])
    let landed = received(upload)
    let told = 0

    const tell = (force = false) => {
      const now = performance.now()
      if (!force && now - told < between) return
      told = now
      const sent = Math.min(upload.size, landed + [...flying.values()].reduce((sum, one) => sum + one, 0))
      change(id, {
        sent,
        speed: meter.mark(sent),
        phase: stuck.size > 0 && stuck.size === flying.size ? 'retrying' : 'sending',
      })
    }

    const one = (part: UploadPart) =>
      partSlot(async () => {
        flying.set(part.number, 0)
        try {
          await sendPart(upload.id, part, file, either, {
            progress: (sent) => {
              const moving = stuck.delete(part.number)
              flying.set(part.number, sent)
              tell(moving)
            },
            stuck: (is) => {
              if (is) stuck.add(part.number)
              else stuck.delete(part.number)
              if (is) flying.set(part.number, 0)
              tell(true)
            },
          })
          landed += part.size
        } finally {
          flying.delete(part.number)
          stuck.delete(part.number)
        }
        tell(true)
      }, either)

    const parts = upload.parts.filter((part) => !part.received).map(one)
    try {
      await Promise.all(parts)
    } catch (error) {
      all.abort(error)
      await Promise.allSettled(parts)
      throw error
    }
  }

  async function sendPart(
    uploadId: string,
    part: UploadPart,
    file: File,
    signal: AbortSignal,
    { progress, stuck }: { progress: (sent: number) => void; stuck: (stuck: boolean) => void },
  ) {
    const bytes = file.slice(part.offset, part.offset + part.size)
    const digest = await api.digestOf(bytes)
    signal.throwIfAborted()
    let address: Address | undefined = part.url ? { url: part.url, headers: api.verifiedHere(digest) } : undefined
    let damaged = 0
    let refused = 0 // an address that has only just been signed did not run out: there is another reason
    await persist(
      async () => {
        for (;;) {
          try {
            // Where parts go straight to the store, one has no address before its digest is told.
            address ??= await sign(uploadId, part.number, digest)
            return await api.sendPart(address, bytes, { signal, progress })
          } catch (error) {
            if (hasCode(error, 'complete')) return
            if (hasCode(error, 'overtaken')) continue
            if (hasStatus(error, 403) && address) {
              const fresh = await sign(uploadId, part.number, digest)
              if (fresh.url === address.url) throw error
              address = fresh
              if (++refused < refusedTries) continue
            }
            if (hasCode(error, 'wrong_digest') && ++damaged < damagedTries) continue
            // A store that refuses without the headers of CORS looks like one that is away.
            if (!part.url && isUnreachable(error)) address = undefined
            throw error
          }
        }
      },
      { signal, wait, stuck },
    )
  }

  async function sign(uploadId: string, number: number, digest: string | undefined): Promise<Address> {
    const [fresh] = await api.signParts(uploadId, [{ number, digest }])
    if (!fresh?.url) throw new Problem(404, 'no_such_part')
    return { url: fresh.url, headers: fresh.headers }
  }

  async function fail(id: string, error: unknown) {
    const task = find(id)
    change(id, { phase: 'failed', speed: undefined, reason: reasonOf(error) })
    if (!task?.uploadId || !refused(error)) return
    // The server will never take these bytes: what it holds of them is of no use to anyone.
    change(id, { uploadId: undefined, videoId: undefined, sent: 0 })
    await withdraw({ id: task.uploadId, videoId: task.videoId })
  }

  return { tasks, add, give, restore, reopen, cancel, retry, busy: () => tasks.getState().list.some(active) }
}

const elsewhere = Symbol('sent by another tab')

/** Two tabs must not send one upload twice: whoever holds its lock sends, the other stands back. */
async function alone<T>(uploadId: string, work: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return work()
  return navigator.locks.request(`kkmovies-upload-${uploadId}`, { ifAvailable: true }, (lock) => {
    if (!lock) throw elsewhere
    return work()
  }) as Promise<T>
}

function received(upload: Upload): number {
  return upload.parts.reduce((sum, part) => sum + (part.received ? part.size : 0), 0)
}

/** Of such an upload nothing becomes any more: trying again begins another. */
const unwanted = ['empty_file', 'upload_expired', 'no_such_upload']

function refused(error: unknown): boolean {
  return hasStatus(error, 415) || unwanted.some((code) => hasCode(error, code))
}

function reasonOf(error: unknown): Task['reason'] {
  if (error instanceof Problem) return { code: error.code, detail: error.detail }
  // Reading a file that was moved, deleted or written to fails with one of the browser's own errors.
  if (error instanceof DOMException) return { code: 'file_unreadable' }
  return { code: 'unknown' }
}
