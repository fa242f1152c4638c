// What this browser keeps about unfinished uploads, so that a reload need not ask for the file again: in IndexedDB,
// because that alone can hold a file handle.

export type Kept = { uploadId: string; lastModified: number; handle?: FileSystemFileHandle }

export interface Shelf {
  keep(entry: Kept): Promise<void>
  find(uploadId: string): Promise<Kept | undefined>
  drop(uploadId: string): Promise<void>
}

const table = 'uploads'

/** A shelf that loses everything when the browser forbids storage: then a reload asks for the file, no more. */
export function createShelf(name = 'kkmovies'): Shelf {
  const open = () =>
    new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name, 1)
      request.onupgradeneeded = () => request.result.createObjectStore(table, { keyPath: 'uploadId' })
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })

  async function on<T>(
    mode: IDBTransactionMode,
    ask: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T | undefined> {
    try {
      const database = await open()
      try {
        return await new Promise<T>((resolve, reject) => {
          const request = ask(database.transaction(table, mode).objectStore(table))
          request.onsuccess = () => resolve(request.result)
          request.onerror = () => reject(request.error)
        })
      } finally {
        database.close()
      }
    } catch {
      return undefined
    }
  }

  return {
    keep: async (entry) => void (await on('readwrite', (store) => store.put(entry))),
    find: (uploadId) => on<Kept | undefined>('readonly', (store) => store.get(uploadId)),
    drop: async (uploadId) => void (await on('readwrite', (store) => store.delete(uploadId))),
  }
}
