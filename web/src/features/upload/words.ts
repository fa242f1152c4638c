// Why a film failed, in a sentence for whoever sent it. The server's codes are stable; its own sentence is English, and
// stands in for a code this app does not know yet.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'

const sentences: Record<string, MessageDescriptor> = {
  bad_clock: msg`The times in this file make no sense.`,
  empty_file: msg`This file is empty.`,
  file_unreadable: msg`The file cannot be read any more. It may have been moved or changed.`,
  no_duration: msg`This file has no picture that lasts: it may be cut off at its start.`,
  no_frame_rate: msg`This file does not say how fast its pictures follow each other.`,
  no_picture: msg`This file has sound but no picture.`,
  no_space: msg`The server has no room for this file.`,
  not_a_video: msg`This is not a video file we can read.`,
  other_file: msg`This is another file. Choose the one you were sending.`,
  part_differs: msg`The file changed since the upload began. Send it again from the start.`,
  picture_too_large: msg`The picture of this file is too large.`,
  signed_out: msg`Your session ended. Sign in to go on.`,
  source_missing: msg`The uploaded file is no longer there. Send it again.`,
  too_large: msg`This file is larger than this server takes.`,
  too_long: msg`This film is longer than 24 hours.`,
  too_many_uploads: msg`Too many uploads are open. Finish or cancel some first.`,
  unreadable_picture: msg`The picture in this file cannot be decoded.`,
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
