import type { Chapter } from './Player'

/** The chapter a moment lies in: of several, the one that began last. */
export function chapterAt(chapters: readonly Chapter[], seconds: number): Chapter | undefined {
  return chapters.findLast((one) => one.startSeconds <= seconds && seconds < one.endSeconds)
}
