// The parts of the File System API that browsers have and TypeScript's library does not yet.
interface FileSystemHandle {
  queryPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>
  requestPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>
}
interface DataTransferItem {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>
}
interface FileSystemDirectoryHandle {
  values(): AsyncIterableIterator<FileSystemHandle>
}
