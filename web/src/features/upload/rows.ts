import type { Video } from '@/api/types'
import type { Task } from './uploader/task'

/** A line of the table: a film, the file on its way to become one, or both at once. */
export type Row = { key: string; task?: Task; video?: Video }

/** Files not known as films yet first, then films as the server lists them, newest first. */
export function rowsOf(tasks: Task[], videos: Video[]): Row[] {
  const known = new Set(videos.map((video) => video.id))
  const sending = new Map(tasks.map((task) => [task.videoId, task]))
  // Keyed by the film as soon as there is one, so a row is never made anew under someone who is correcting its title.
  return [
    ...tasks
      .filter((task) => !task.videoId || !known.has(task.videoId))
      .map((task) => ({ key: task.videoId ?? task.id, task })),
    ...videos.map((video) => ({ key: video.id, task: sending.get(video.id), video })),
  ]
}
