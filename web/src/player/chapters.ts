import type { Chapter } from './Player'

/** The chapter a moment lies in: of several, the one that began last. */
export function chapterAt(chapters: readonly Chapter[], seconds: number): Chapter | undefined {
  return chapters.findLast((one) => one.startSeconds <= seconds && seconds < one.endSeconds)
}

/** What a last chapter is called that nobody waits for. */
const credits = /cr[eé]dit|abspann|g[eé]n[eé]rique/i

/** Where a film's credits begin, in seconds: where its last chapter says so, else shortly before the end. */
export function creditsOf(chapters: readonly Chapter[], durationSeconds: number): number {
  const last = chapters.at(-1)
  if (last && chapters.length > 1 && credits.test(last.title)) return last.startSeconds
  return Math.max(durationSeconds - 30, durationSeconds * 0.95)
}
