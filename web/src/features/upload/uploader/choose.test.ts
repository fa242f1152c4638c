import { afterEach, expect, test, vi } from 'vitest'
import { fromDrop, pick } from './choose'

const gone = () => Promise.reject(new DOMException('gone', 'NotFoundError'))
const fileHandle = (name: string, getFile = async () => new File(['x'], name)) => ({ kind: 'file', name, getFile })
const folderHandle = (name: string, ...inside: object[]) => ({
  kind: 'directory',
  name,
  async *values() {
    yield* inside
  },
})
const withHandle = (handle: object) => ({
  kind: 'file',
  getAsFileSystemHandle: async () => handle,
  webkitGetAsEntry: () => null,
  getAsFile: () => null,
})
const drop = (...items: object[]) => fromDrop({ items } as unknown as DataTransfer)
const names = ({ chosen, unreadable }: Awaited<ReturnType<typeof pick>>) => ({
  chosen: chosen.map(({ file }) => file.name),
  unreadable,
})
afterEach(() => void vi.unstubAllGlobals())

test('of a drop, what cannot be read costs the others nothing', async () => {
  const folder = folderHandle('films', fileHandle('b.mp4'), fileHandle('c.mp4', gone), fileHandle('d.mp4'))
  const found = await drop(withHandle(fileHandle('a.mp4')), withHandle(folder), withHandle(fileHandle('e.mp4', gone)))
  expect(names(found)).toEqual({ chosen: ['a.mp4', 'b.mp4', 'd.mp4'], unreadable: ['c.mp4', 'e.mp4'] })
})

test('neither does it where a browser gives entries', async () => {
  const entry = (name: string, readable = true) => ({
    name,
    isFile: true,
    file: (resolve: (file: File) => void, reject: (why: unknown) => void) =>
      readable ? resolve(new File(['x'], name)) : reject(new DOMException('gone', 'NotFoundError')),
  })
  const batches = [[entry('a.mp4'), entry('b.mp4', false)], [entry('c.mp4')], []]
  const folder = {
    name: 'films',
    isDirectory: true,
    createReader: () => ({ readEntries: (resolve: (batch: unknown) => void) => resolve(batches.shift()) }),
  }
  const found = await drop({ kind: 'file', webkitGetAsEntry: () => folder, getAsFile: () => null })
  expect(names(found)).toEqual({ chosen: ['a.mp4', 'c.mp4'], unreadable: ['b.mp4'] })
})

test('a folder that cannot be opened is named', async () => {
  const closed = {
    kind: 'directory',
    name: 'private',
    values: () => ({ [Symbol.asyncIterator]: () => ({ next: gone }) }),
  }
  expect(names(await drop(withHandle(closed)))).toEqual({ chosen: [], unreadable: ['private'] })
})

test('of what is picked, what cannot be read costs the others nothing', async () => {
  vi.stubGlobal('showOpenFilePicker', async () => [fileHandle('a.mp4', gone), fileHandle('b.mp4')])
  expect(names(await pick({ multiple: true }))).toEqual({ chosen: ['b.mp4'], unreadable: ['a.mp4'] })
})
