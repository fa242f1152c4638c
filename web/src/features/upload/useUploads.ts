import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { drop, put } from '@/api/videos'
import { createUploader, type Uploader } from './uploader/uploader'

// One for the app, living as long as its cache does: uploads go on while other screens are open.
const uploaders = new WeakMap<QueryClient, Uploader>()

function uploaderOf(queries: QueryClient): Uploader {
  const known = uploaders.get(queries)
  if (known) return known
  const made = createUploader({
    arrived: (video) => put(queries, video),
    gone: (videoId) => drop(queries, videoId),
  })
  addEventListener('beforeunload', (event) => {
    if (made.busy()) event.preventDefault()
  })
  uploaders.set(queries, made)
  return made
}

export function useUploads() {
  const uploads = uploaderOf(useQueryClient())
  const tasks = useStore(uploads.tasks, (state) => state.list)
  useEffect(() => {
    // What the server cannot tell now, it tells the next time this screen opens.
    void uploads.restore().catch(() => {})
  }, [uploads])
  return { uploads, tasks }
}
