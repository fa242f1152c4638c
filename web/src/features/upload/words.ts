// Why a file could not be sent, in a sentence for whoever sent it; of what became of it afterwards the server tells in
// every language. Codes are stable; the server's own sentence is English, and stands in for a code this app does not know.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { VideoReason } from '@/api/types'

const sentences: Record<string, MessageDescriptor> = {
  empty_file: msg`This file is empty.`,
  file_unreadable: msg`The file cannot be read any more. It may have been moved or changed.`,
  no_space: msg`The server has no room for this file.`,
  not_a_video: msg`This is not a video file we can read.`,
  other_file: msg`This is another file. Choose the one you were sending.`,
  part_differs: msg`The file changed since the upload began. Send it again from the start.`,
  signed_out: msg`Your session ended. Sign in to go on.`,
  too_large: msg`This file is larger than this server takes.`,
  too_many_uploads: msg`Too many uploads are open. Finish or cancel some first.`,
  upload_expired: msg`Nothing arrived for a day, so this upload was given up.`,
}

const unknown = msg`Something went wrong with this file.`

export function whyFailed(
  reason: { code: string; detail?: string } | undefined,
  translate: (message: MessageDescriptor) => string,
): string {
  const sentence = reason && sentences[reason.code]
  if (sentence) return translate(sentence)
  return reason?.detail || translate(unknown)
}

/** What the server says of a film's file, in the app's language: what is the matter, and what to do. */
export function inWords(reason: VideoReason, locale: string): { sentence: string; remedy: string } {
  return reason.words[locale] ?? reason.words.en ?? { sentence: reason.detail, remedy: '' }
}

const aboutSubtitles: Record<string, MessageDescriptor> = {
  no_cues: msg`There are no subtitles in this file.`,
  not_text: msg`This file is not text we can read. Save it as UTF-8.`,
  subtitle_too_large: msg`This file is larger than 5 MB.`,
  too_many_cues: msg`This file has more than 20,000 subtitles.`,
}

/** Why a file of subtitles was refused, with the line where the server names one. */
export function whyNoSubtitle(
  reason: { code: string; detail?: string | undefined } | undefined,
  translate: (message: MessageDescriptor) => string,
): string {
  const line = reason?.code === 'bad_time' && /\d+/.exec(reason.detail ?? '')?.[0]
  if (line) return translate(msg`Line ${line} should hold two times, such as 00:01:02,500 --> 00:01:05,000.`)
  const sentence = reason && aboutSubtitles[reason.code]
  return sentence ? translate(sentence) : translate(unknown)
}
