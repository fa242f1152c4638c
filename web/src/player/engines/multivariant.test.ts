import { expect, test } from 'vitest'
import type { Rung } from '../ladder'
import { withPlanned } from './multivariant'

const playlist = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Audio 1",URI="audio/0-und/index.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=678976,AVERAGE-BANDWIDTH=546378,CODECS="avc1.64001E,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=24.000,AUDIO="audio",CLOSED-CAPTIONS=NONE
video/360/index.m3u8
`
const rung = (name: number, height: number, width: number): Rung => ({
  id: `video/${name}`,
  name,
  height,
  width,
  bandwidth: name * 5000,
  ready: [],
})

test('a rung still being made joins the list with its own size and the others’ codecs', () => {
  const whole = withPlanned(playlist, [rung(360, 360, 640), rung(1080, 800, 1920)])
  expect(
    whole,
  ).toBe(`${playlist}#EXT-X-STREAM-INF:BANDWIDTH=5400000,CODECS="avc1.64001E,mp4a.40.2",RESOLUTION=1920x800,FRAME-RATE=24.000,AUDIO="audio",CLOSED-CAPTIONS=NONE
video/1080/index.m3u8
`)
})

test('what is listed already stays as the server wrote it', () => {
  expect(withPlanned(playlist, [rung(360, 360, 640)])).toBe(playlist)
})

test('a playlist without variants is left alone', () => {
  expect(withPlanned('#EXTM3U\n#EXTINF:2,\nseg.m4s\n', [rung(360, 360, 640)])).toBe('#EXTM3U\n#EXTINF:2,\nseg.m4s\n')
})
