// How files come to us: dropped, alone or in folders, or chosen in a dialog. Keeps the browser's handle where it gives one.
import type { Chosen } from './uploader'

const films = /\.(mp4|m4v|mov|qt|mkv|webm|avi|ts|m2ts|mts|mpe?g|vob|wmv|asf|flv|f4v|3gp|3g2|ogv|mxf|divx)$/i

/** Whether a file may be a film, by its name and by what the browser says of it. The server judges the bytes. */
export function looksLikeFilm(file: { name: string; type: string }): boolean {
  return file.type.startsWith('video/') || films.test(file.name)
}

/** Everything a drop holds, folders opened to the bottom. */
export async function fromDrop(data: DataTransfer): Promise<Chosen[]> {
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
      return file ? [{ file }] : []
    }),
  )
  return found.flat()
}

async function fromHandle(handle: FileSystemHandle): Promise<Chosen[]> {
  if (handle.kind === 'file') {
    const file = handle as FileSystemFileHandle
    return [{ file: await file.getFile(), handle: file }]
  }
  const inside: Chosen[] = []
  for await (const child of (handle as FileSystemDirectoryHandle).values()) inside.push(...(await fromHandle(child)))
  return inside
}

async function fromEntry(entry: FileSystemEntry): Promise<Chosen[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    return [{ file }]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const inside: Chosen[] = []
  for (;;) {
    // A reader gives its entries in batches, and an empty batch at the end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (batch.length === 0) return inside
    for (const child of batch) inside.push(...(await fromEntry(child)))
  }
}

type Picker = (options: { multiple: boolean }) => Promise<FileSystemFileHandle[]>

/** Opens the file dialog; with handles where the browser can, through an input where it cannot. */
export async function pick({ multiple }: { multiple: boolean }): Promise<Chosen[]> {
  const picker = (globalThis as { showOpenFilePicker?: Picker }).showOpenFilePicker
  if (picker) {
    const handles = await picker({ multiple }).catch(() => [])
    return Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), handle })))
  }
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.multiple = multiple
    input.onchange = () => resolve([...(input.files ?? [])].map((file) => ({ file })))
    input.oncancel = () => resolve([])
    input.click()
  })
}
