// How files come to us: dropped, alone or in folders, or chosen in a dialog. Keeps the browser's handle where it gives one.
import type { Chosen } from './uploader'

const films = /\.(mp4|m4v|mov|qt|mkv|webm|avi|ts|m2ts|mts|mpe?g|vob|wmv|asf|flv|f4v|3gp|3g2|ogv|mxf|divx)$/i

/** Whether a file may be a film, by its name and by what the browser says of it. The server judges the bytes. */
export function looksLikeFilm(file: { name: string; type: string }): boolean {
  return file.type.startsWith('video/') || films.test(file.name)
}

/** What was chosen, and by name what of it cannot be read. */
export type Found = { chosen: Chosen[]; unreadable: string[] }

/** Everything a drop holds, folders opened to the bottom. */
export async function fromDrop(data: DataTransfer): Promise<Found> {
  // Items die with the event: take hold of all of them before the first await.
  const held = [...data.items]
    .filter((item) => item.kind === 'file')
    .map((item) => ({
      handle: item.getAsFileSystemHandle?.() as Promise<FileSystemHandle | null> | undefined,
      entry: item.webkitGetAsEntry?.(),
      file: item.getAsFile(),
    }))
  const found = await Promise.all(
    held.map(async ({ handle, entry, file }) => {
      const opened = await handle?.catch(() => null)
      if (opened) return fromHandle(opened)
      if (entry?.isDirectory) return fromEntry(entry)
      return file ? one({ file }) : together([])
    }),
  )
  return together(found)
}

const one = (chosen: Chosen): Found => ({ chosen: [chosen], unreadable: [] })

const together = (found: Found[]): Found => ({
  chosen: found.flatMap(({ chosen }) => chosen),
  unreadable: found.flatMap(({ unreadable }) => unreadable),
})

/** What one file or folder holds. That it cannot be read costs the others nothing, not those of its own folder either. */
async function reading(name: string, read: (found: Found[]) => Promise<unknown>): Promise<Found> {
  const found: Found[] = []
  try {
    await read(found)
  } catch {
    found.push({ chosen: [], unreadable: [name] })
  }
  return together(found)
}

function fromHandle(handle: FileSystemHandle): Promise<Found> {
  return reading(handle.name, async (found) => {
    if (handle.kind === 'file') {
      const file = handle as FileSystemFileHandle
      return found.push(one({ file: await file.getFile(), handle: file }))
    }
    for await (const child of (handle as FileSystemDirectoryHandle).values()) found.push(await fromHandle(child))
  })
}

function fromEntry(entry: FileSystemEntry): Promise<Found> {
  return reading(entry.name, async (found) => {
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
      return found.push(one({ file }))
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader()
    for (;;) {
      // A reader gives its entries in batches, and an empty batch at the end.
      const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
      if (batch.length === 0) return
      for (const child of batch) found.push(await fromEntry(child))
    }
  })
}

type Picker = (options: { multiple: boolean }) => Promise<FileSystemFileHandle[]>

/** Opens the file dialog; with handles where the browser can, through an input where it cannot. */
export async function pick({ multiple }: { multiple: boolean }): Promise<Found> {
  const picker = (globalThis as { showOpenFilePicker?: Picker }).showOpenFilePicker
  if (picker) {
    const handles = await picker({ multiple }).catch(() => [])
    return together(await Promise.all(handles.map(fromHandle)))
  }
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.multiple = multiple
    input.onchange = () => resolve(together([...(input.files ?? [])].map((file) => one({ file }))))
    input.oncancel = () => resolve(together([]))
    input.click()
  })
}
