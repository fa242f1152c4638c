import { beforeEach, expect, test, vi } from 'vitest'
import { Problem } from '@/api/problem'
import type { Upload, Video } from '@/api/types'
import { aVideo } from '../../../../test/backend'
import type { Wait } from './patience'
import { createShelf } from './shelf'
import type { Task } from './task'
import { type Chosen, createUploader, type Server } from './uploader'

// A server in memory behind the same functions the app calls; each test says what goes wrong.
function aServer({ partSize = 10, direct = false } = {}) {
  let signed = 0
  const uploads = new Map<string, Upload>()
  const bytes = new Map<string, Map<number, string>>()
  let sending = 0
  const seen = { most: 0, sent: [] as string[], cancelled: [] as string[] }
  /** Called before a part is taken; throw to refuse it, or wait to hold it. */
  let gate: (upload: Upload, number: number, url: string, headers?: Record<string, string>) => Promise<void> | void =
    () => {}

  const server: Server = {
    startUpload: vi.fn(async ({ fileName, size }) => {
      const id = `u${uploads.size + 1}`
      const upload: Upload = {
        id,
        videoId: `v-${id}`,
        fileName,
        size,
        partSize,
        status: 'open',
        direct,
        expiresAt: '2030-01-01T00:00:00Z',
        parts: Array.from({ length: Math.ceil(size / partSize) }, (_, index) => ({
          number: index + 1,
          offset: index * partSize,
          size: Math.min(partSize, size - index * partSize),
          ...(direct ? {} : { url: `/parts/${id}/${index + 1}?sig=0` }),
          received: false,
        })),
      }
      uploads.set(id, upload)
      bytes.set(id, new Map())
      return structuredClone(upload)
    }),
    openUploads: vi.fn(async () =>
      [...uploads.values()].filter((one) => one.status === 'open').map((one) => structuredClone(one)),
    ),
    getUpload: vi.fn(async (id) => {
      const upload = uploads.get(id)
      if (!upload) throw new Problem(404, 'not_found')
      return structuredClone(upload)
    }),
    digestOf: vi.fn(async (body) => `digest of ${await body.text()}`),
    verifiedHere: (digest) => ({ 'X-Part-SHA256': digest ?? '' }),
    signParts: vi.fn(async (id, asked) => {
      const upload = uploads.get(id)
      return asked.flatMap(({ number, digest }: { number: number; digest?: string | undefined }) => {
        const part = upload?.parts.find((one) => one.number === number)
        if (!part) return []
        const url = upload?.direct
          ? `https://store.example/parts/${id}/${number}?signed=${++signed}`
          : (part.url ?? '').replace('sig=0', 'sig=1')
        return [{ ...part, url, headers: { 'x-amz-checksum-sha256': digest ?? '' } }]
      })
    }),
    completeUpload: vi.fn(async (id) => {
      const upload = uploads.get(id)
      if (!upload) throw new Problem(404, 'not_found')
      if (upload.parts.some((part) => !part.received)) throw new Problem(409, 'parts_missing')
      upload.status = 'complete'
      return aVideo({ id: upload.videoId, status: 'processing' })
    }),
    cancelUpload: vi.fn(async (id) => {
      seen.cancelled.push(id)
      uploads.delete(id)
    }),
    getVideo: vi.fn(async (id) => aVideo({ id, status: 'uploading' })),
    sendPart: vi.fn(async ({ url, headers }, body, { signal, progress }) => {
      const [, id = '', number = ''] = /parts\/(\w+)\/(\d+)/.exec(url) ?? []
      const upload = uploads.get(id)
      const part = upload?.parts.find((one) => one.number === Number(number))
      if (!upload || !part) throw new Problem(404, 'not_found')
      sending++
      seen.most = Math.max(seen.most, sending)
      try {
        await Promise.race([
          gate(upload, part.number, url, headers),
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        ])
        seen.sent.push(`${id}:${number}`)
        progress(body.size)
        bytes.get(id)?.set(part.number, await body.text())
        part.received = true
      } finally {
        sending--
      }
    }),
  }
  const content = (id: string) =>
    [...(bytes.get(id) ?? [])]
      .sort(([a], [b]) => a - b)
      .map(([, text]) => text)
      .join('')
  return { server, uploads, seen, content, gate: (next: typeof gate) => (gate = next) }
}

const text = 'abcdefghijklmnopqrstuvwxyz'.repeat(4) // 104 bytes: eleven parts of ten
const film = (name = 'film.mp4', content = text): Chosen => ({
  file: new File([content], name, { type: 'video/mp4', lastModified: 7 }),
})

const atOnce: Wait = async (_, signal) => signal.throwIfAborted()

function start(backend: ReturnType<typeof aServer>, over: Partial<Parameters<typeof createUploader>[0]> = {}) {
  const arrived: Video[] = []
  const uploader = createUploader({
    server: backend.server,
    shelf: createShelf(shelfName),
    wait: atOnce,
    arrived: (video) => arrived.push(video),
    ...over,
  })
  const list = () => uploader.tasks.getState().list
  const until = (wanted: (tasks: Task[]) => boolean) => vi.waitFor(() => expect(wanted(list())).toBe(true))
  return { uploader, arrived, list, until }
}

let shelfName = ''
let count = 0
beforeEach(() => {
  shelfName = `shelf-${++count}`
})

test('a file arrives whole, in parts, and becomes a film', async () => {
  const backend = aServer()
  const { uploader, arrived, until } = start(backend)
  uploader.add([film()])
  await until((tasks) => tasks.length === 0)
  expect(backend.content('u1')).toBe(text)
  expect(arrived.at(-1)).toMatchObject({ id: 'v-u1', status: 'processing' })
})

test('four parts travel at once, never more, whatever the number of files', async () => {
  const backend = aServer()
  let let_go = () => {}
  const held = new Promise<void>((resolve) => {
    let_go = resolve
  })
  backend.gate(() => held)
  const { uploader, until } = start(backend)
  uploader.add([film('a.mp4'), film('b.mp4'), film('c.mp4')])
  await vi.waitFor(() => expect(backend.server.sendPart).toHaveBeenCalledTimes(4))
  let_go()
  await until((tasks) => tasks.length === 0)
  expect(backend.seen.most).toBe(4)
  expect(backend.seen.sent).toHaveLength(33)
})

test('after a lost network it goes on by itself and sends nothing twice', async () => {
  const backend = aServer()
  let broken = true
  backend.gate((_, number) => {
    if (broken && number > 3) throw new Problem(0, 'unreachable')
  })
  let back = () => {}
  const phases: string[] = []
  const { uploader, until } = start(backend, {
    wait: (_, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        const before = back
        back = () => {
          before()
          resolve()
        }
      }),
  })
  uploader.tasks.subscribe(({ list }) => list[0] && phases.push(list[0].phase))
  uploader.add([film()])
  await until((tasks) => tasks[0]?.phase === 'retrying')
  broken = false
  back()
  await until((tasks) => tasks.length === 0)
  expect(backend.content('u1')).toBe(text)
  expect(new Set(backend.seen.sent).size).toBe(backend.seen.sent.length)
  expect(phases).toContain('retrying')
})

test('once bytes flow again it no longer says that there is no connection', async () => {
  const backend = aServer()
  let tries = 0
  vi.mocked(backend.server.sendPart).mockImplementation(async (_, body, { progress }) => {
    if (++tries <= 4) throw new Problem(0, 'unreachable')
    progress(body.size / 2)
    await new Promise(() => {})
  })
  const { uploader, until } = start(backend)
  uploader.add([film()])
  await until((tasks) => tasks[0]?.phase === 'sending' && tasks[0].sent >= 5)
})

test('after a reload the missing parts follow once the same file is chosen', async () => {
  const backend = aServer()
  backend.gate((_, number) => (number > 4 ? new Promise(() => {}) : undefined))
  const first = start(backend)
  first.uploader.add([film()])
  await vi.waitFor(() => expect(backend.seen.sent).toHaveLength(4))

  // A new page: nothing in memory, the server and the shelf remember.
  backend.gate(() => {})
  const second = start(backend)
  await second.uploader.restore()
  expect(second.list()[0]).toMatchObject({ phase: 'lost', fileName: 'film.mp4', sent: 40, size: 104 })

  second.uploader.add([film()])
  await second.until((tasks) => tasks.length === 0)
  expect(backend.content('u1')).toBe(text)
  expect(backend.seen.sent).toHaveLength(11)
  expect(backend.server.startUpload).toHaveBeenCalledTimes(1)
})

test('after a reload a file the browser may still open needs no choosing', async () => {
  const backend = aServer()
  backend.gate((_, number) => (number > 4 ? new Promise(() => {}) : undefined))
  const handles = new Map<string, unknown>()
  const shelf = {
    keep: async (entry: { uploadId: string }) => void handles.set(entry.uploadId, entry),
    find: async (id: string) => handles.get(id) as never,
    drop: async (id: string) => void handles.delete(id),
  }
  const chosen = film()
  const handle = {
    kind: 'file',
    queryPermission: async () => 'granted',
    getFile: async () => chosen.file,
  } as unknown as FileSystemFileHandle
  const first = start(backend, { shelf })
  first.uploader.add([{ ...chosen, handle }])
  await vi.waitFor(() => expect(backend.seen.sent).toHaveLength(4))

  backend.gate(() => {})
  const second = start(backend, { shelf })
  await second.uploader.restore()
  await second.until((tasks) => tasks.length === 0)
  expect(backend.content('u1')).toBe(text)
  expect(handles.size).toBe(0)
})

test('another file cannot take the place of the one that was being sent', async () => {
  const backend = aServer()
  backend.gate((_, number) => (number > 4 ? new Promise(() => {}) : undefined))
  const first = start(backend)
  first.uploader.add([film()])
  await vi.waitFor(() => expect(backend.seen.sent).toHaveLength(4))
  const second = start(backend)
  await second.uploader.restore()
  const id = second.list()[0]?.id ?? ''
  second.uploader.give(id, film('film.mp4', 'shorter'))
  expect(second.list()[0]).toMatchObject({ phase: 'lost', reason: { code: 'other_file' } })
})

test('an address that expired is asked for again', async () => {
  const backend = aServer()
  backend.gate((_, number, url) => {
    if (number === 2 && url.includes('sig=0')) throw new Problem(403, 'url_expired')
  })
  const { uploader, until } = start(backend)
  uploader.add([film()])
  await until((tasks) => tasks.length === 0)
  expect(backend.server.signParts).toHaveBeenCalledWith('u1', [{ number: 2, digest: 'digest of klmnopqrst' }])
  expect(backend.content('u1')).toBe(text)
})

test('a part that is refused at every address fails, whatever the addresses', async () => {
  const backend = aServer()
  let signed = 0
  vi.mocked(backend.server.signParts).mockImplementation(async (id, [asked]) => {
    const part = backend.uploads.get(id)?.parts[(asked?.number ?? 0) - 1]
    return part ? [{ ...part, url: `/parts/${id}/${part.number}?sig=${++signed}` }] : []
  })
  backend.gate(() => {
    throw new Problem(403, 'http_403')
  })
  const { uploader, until } = start(backend)
  uploader.add([film()])
  await until((tasks) => tasks[0]?.phase === 'failed')
  expect(signed).toBeLessThanOrEqual(11 * 5) // a few times for each part at most
})

test('a part damaged on its way is sent again, but not for ever', async () => {
  const backend = aServer()
  backend.gate((_, number) => {
    if (number === 2) throw new Problem(422, 'wrong_digest')
  })
  const { uploader, until, list } = start(backend)
  uploader.add([film()])
  await until((tasks) => tasks[0]?.phase === 'failed')
  expect(list()[0]?.reason?.code).toBe('wrong_digest')
  const tries = vi.mocked(backend.server.sendPart).mock.calls.filter(([{ url }]) => url.includes('/u1/2?'))
  expect(tries).toHaveLength(3)
})

test('what is no film fails with its reason and leaves nothing on the server', async () => {
  const backend = aServer()
  backend.gate((_, number) => {
    if (number === 1) throw new Problem(415, 'not_a_video')
  })
  const { uploader, until, list } = start(backend)
  uploader.add([film('notes.mp4')])
  await until((tasks) => tasks[0]?.phase === 'failed')
  await vi.waitFor(() => expect(backend.seen.cancelled).toEqual(['u1']))
  expect(list()[0]?.reason?.code).toBe('not_a_video')
})

test('a refusal before the first byte is told in words, and trying again starts over', async () => {
  const backend = aServer()
  vi.mocked(backend.server.startUpload).mockRejectedValueOnce(new Problem(507, 'no_space'))
  const { uploader, until, list } = start(backend)
  uploader.add([film()])
  await until((tasks) => tasks[0]?.phase === 'failed')
  expect(list()[0]?.reason?.code).toBe('no_space')
  uploader.retry(list()[0]?.id ?? '')
  await until((tasks) => tasks.length === 0)
  expect(backend.content('u1')).toBe(text)
})

test('cancelling stops what is in flight and tells the server', async () => {
  const backend = aServer()
  backend.gate(() => new Promise(() => {}))
  const gone: string[] = []
  const { uploader, list } = start(backend, { gone: (id) => gone.push(id) })
  uploader.add([film()])
  await vi.waitFor(() => expect(backend.server.sendPart).toHaveBeenCalledTimes(4))
  await uploader.cancel(list()[0]?.id ?? '')
  expect(list()).toEqual([])
  expect(backend.seen.cancelled).toEqual(['u1'])
  expect(gone).toEqual(['v-u1'])
  expect(uploader.busy()).toBe(false)
})

test('cancelling while the server is still asked for an upload leaves none', async () => {
  const backend = aServer()
  const begin = backend.server.startUpload
  let answer = () => {}
  const held = new Promise<void>((resolve) => {
    answer = resolve
  })
  const asked = vi.fn()
  backend.server.startUpload = async (...said) => {
    asked()
    await held
    return begin(...said)
  }
  const gone: string[] = []
  const { uploader, list, arrived } = start(backend, { gone: (id) => gone.push(id) })
  uploader.add([film()])
  await vi.waitFor(() => expect(asked).toHaveBeenCalled())
  await uploader.cancel(list()[0]?.id ?? '')
  answer()
  await vi.waitFor(() => expect(gone).toEqual(['v-u1']))
  expect(backend.seen.cancelled).toEqual(['u1'])
  expect(list()).toEqual([])
  expect(arrived).toEqual([])
})

test('parts the server lost are sent again before it is asked to finish once more', async () => {
  const backend = aServer()
  vi.mocked(backend.server.completeUpload).mockImplementationOnce(async (id) => {
    const part = backend.uploads.get(id)?.parts[5]
    if (part) part.received = false
    throw new Problem(409, 'parts_missing')
  })
  const { uploader, until } = start(backend)
  uploader.add([film()])
  await until((tasks) => tasks.length === 0)
  expect(backend.seen.sent.filter((one) => one === 'u1:6')).toHaveLength(2)
})

test('a file that can no longer be read says so', async () => {
  const backend = aServer()
  vi.mocked(backend.server.sendPart).mockRejectedValue(new DOMException('changed', 'NotReadableError'))
  const { uploader, until, list } = start(backend)
  uploader.add([film()])
  await until((tasks) => tasks[0]?.phase === 'failed')
  expect(list()[0]?.reason?.code).toBe('file_unreadable')
})

test('parts go straight to the store when the server says so, each with its digest told before', async () => {
  const backend = aServer({ direct: true })
  const told = new Map<number, string | undefined>()
  backend.gate((_, number, url, headers) => {
    expect(url).toMatch(/^https:\/\/store\.example\//)
    told.set(number, headers?.['x-amz-checksum-sha256'])
  })
  const { uploader, arrived, until } = start(backend)
  uploader.add([film()])
  await until((tasks) => tasks.length === 0)
  expect(backend.content('u1')).toBe(text)
  expect(backend.seen.most).toBe(4)
  expect(told.get(2)).toBe('digest of klmnopqrst')
  expect(arrived.at(-1)).toMatchObject({ id: 'v-u1' })
})

test('an address of the store that expired is asked for again, but one that is never taken fails', async () => {
  const backend = aServer({ direct: true })
  let late = true
  backend.gate((_, number) => {
    if (number === 2 && late) {
      late = false
      throw new Problem(403, 'http_403')
    }
  })
  const first = start(backend)
  first.uploader.add([film()])
  await first.until((tasks) => tasks.length === 0)
  expect(backend.content('u1')).toBe(text)

  backend.gate((_, number) => {
    if (number === 2) throw new Problem(403, 'http_403')
  })
  const second = start(backend)
  second.uploader.add([film('other.mp4')])
  await second.until((tasks) => tasks[0]?.phase === 'failed')
  expect(second.list()[0]?.reason?.code).toBe('http_403')
})

test('a part the store refuses as damaged is sent again', async () => {
  const backend = aServer({ direct: true })
  let once = true
  backend.gate((_, number) => {
    if (number === 3 && once) {
      once = false
      throw new Problem(400, 'wrong_digest')
    }
  })
  const { uploader, until } = start(backend)
  uploader.add([film()])
  await until((tasks) => tasks.length === 0)
  expect(backend.content('u1')).toBe(text)
})

test('after the network failed a part is not sent to an address that may have expired meanwhile', async () => {
  const backend = aServer({ direct: true })
  const tried: string[] = []
  backend.gate((_, number, url) => {
    if (number !== 2) return
    tried.push(url)
    if (tried.length < 3) throw new Problem(0, 'unreachable')
  })
  const { uploader, until } = start(backend)
  uploader.add([film()])
  await until((tasks) => tasks.length === 0)
  expect(backend.content('u1')).toBe(text)
  expect(new Set(tried).size).toBe(3)
})
