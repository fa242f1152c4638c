import { afterEach, expect, test, vi } from 'vitest'
import { amongRungs } from './codec'
import type { Rung } from './ladder'

const rung = (id: string, height: number, codec?: string): Rung => ({
  id,
  name: height,
  height,
  width: 0,
  bandwidth: 1_000_000,
  instant: id === 'video/source',
  ready: [],
  codec,
  codecs: codec ? 'av01.0.08M.08' : 'avc1.640028',
})
const h264 = [rung('video/360', 360), rung('video/source', 1080)]
const av1 = [rung('video/360-av1', 360, 'av1'), rung('video/1080-av1', 1080, 'av1')]

/** A browser that says this of both. */
function decodes(said: Record<'av01' | 'avc1', { smooth?: boolean; powerEfficient?: boolean; supported?: boolean }>) {
  vi.stubGlobal('navigator', {
    mediaCapabilities: {
      decodingInfo: async ({ video }: { video: { contentType: string } }) => ({
        supported: true,
        smooth: true,
        powerEfficient: true,
        ...said[video.contentType.includes('av01') ? 'av01' : 'avc1'],
      }),
    },
  })
}
afterEach(() => void vi.unstubAllGlobals())
const chosen = async (rungs: Rung[]) => {
  const { offered, automatic } = await amongRungs(rungs, 25)
  return { offered: [...offered], automatic: [...automatic] }
}
const usual = { offered: ['video/360', 'video/source'], automatic: ['video/360', 'video/source'] }

test('AV1 is played where it is decoded well, and the file’s own picture can be chosen', async () => {
  decodes({ av01: {}, avc1: {} })
  expect(await chosen([...h264, ...av1])).toEqual({
    offered: ['video/360-av1', 'video/1080-av1', 'video/source'],
    automatic: ['video/360-av1', 'video/1080-av1'],
  })
})

test('a machine that decodes nothing in hardware plays AV1 when that is smooth', async () => {
  decodes({ av01: { powerEfficient: false }, avc1: { powerEfficient: false } })
  expect((await chosen([...h264, ...av1])).automatic).toEqual(['video/360-av1', 'video/1080-av1'])
})

for (const [why, said] of Object.entries({
  'not decoded': { supported: false },
  'not smooth': { smooth: false },
  'not decoded in hardware as the others are': { powerEfficient: false },
})) {
  test(`AV1 is left out where it is ${why}`, async () => {
    decodes({ av01: said, avc1: {} })
    expect(await chosen([...h264, ...av1])).toEqual(usual)
  })
}

test('AV1 is left out while its tallest rung is missing, and where the browser cannot tell', async () => {
  decodes({ av01: {}, avc1: {} })
  expect(await chosen([...h264, ...av1.slice(0, 1)])).toEqual(usual)
  vi.stubGlobal('navigator', {})
  expect(await chosen([...h264, ...av1])).toEqual(usual)
})

test('a machine is asked about as many pictures a second as the film has', async () => {
  const asked: number[] = []
  const decodingInfo = async ({ video }: { video: { framerate: number } }) => {
    asked.push(video.framerate)
    return { supported: true, smooth: video.framerate < 50, powerEfficient: true }
  }
  vi.stubGlobal('navigator', { mediaCapabilities: { decodingInfo } })
  const automatic = async (frameRate: number) => [...(await amongRungs([...h264, ...av1], frameRate)).automatic]
  expect(await automatic(59.94)).toEqual(usual.automatic)
  expect(await automatic(23.976)).toEqual(['video/360-av1', 'video/1080-av1'])
  expect(asked).toEqual([59.94, 59.94, 23.976, 23.976])
})
