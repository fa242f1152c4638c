// Which of its codecs a film is played in, decided once, before it begins: automatic quality does not step between them.
import type { Rung } from './ladder'

/** The rungs that can be chosen, by id, and those of them that automatic quality stays among. */
export type Among = { offered: ReadonlySet<string>; automatic: ReadonlySet<string> }

/**
 * AV1 where all of the ladder is there in it and this machine decodes it as well as it does the usual rungs; the file's
 * own picture can still be chosen then.
 */
export async function amongRungs(rungs: readonly Rung[], frameRate: number): Promise<Among> {
  const usual = rungs.filter((rung) => !rung.codec)
  const smaller = rungs.filter((rung) => rung.codec === 'av1')
  if (!(await worthIt(usual.at(-1), smaller.at(-1), frameRate))) return { offered: ids(usual), automatic: ids(usual) }
  return { offered: ids([...smaller, ...usual.filter((rung) => rung.instant)]), automatic: ids(smaller) }
}

const ids = (rungs: readonly Rung[]): ReadonlySet<string> => new Set(rungs.map((rung) => rung.id))

/** By the tallest rungs: what is decoded well there is below, too. */
async function worthIt(usual: Rung | undefined, smaller: Rung | undefined, frameRate: number): Promise<boolean> {
  if (!usual || !smaller || smaller.height < usual.height) return false
  const [ours, theirs] = await Promise.all([decoding(smaller, frameRate), decoding(usual, frameRate)])
  // Smooth is not enough: without a decoder of its own a laptop would be hot, and empty before the film is over.
  return ours?.supported === true && ours.smooth && (ours.powerEfficient || theirs?.powerEfficient === false)
}

async function decoding(rung: Rung, framerate: number): Promise<MediaCapabilitiesDecodingInfo | undefined> {
  const { codecs, width, height, bandwidth } = rung
  if (!codecs) return undefined
  const contentType = `video/mp4; codecs="${codecs}"`
  try {
    return await navigator.mediaCapabilities.decodingInfo({
      type: 'media-source',
      video: { contentType, width, height, bitrate: bandwidth, framerate },
    })
  } catch {
    return undefined // a browser that cannot tell
  }
}
