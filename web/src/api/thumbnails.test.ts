import { expect, test } from 'vitest'
import { parseThumbnails } from './thumbnails'

const base = 'http://kk.test/media/token/video/thumbnails.vtt'

test('a cue names a region of a sheet, with or without hours', () => {
  const text = `WEBVTT

00:00.000 --> 00:10.000
/media/token/video/sprite-000.jpg#xywh=0,0,240,135

2
01:00:10.500 --> 01:00:20.000 align:start
sprite-001.jpg#xywh=240,135,240,135
`
  expect(parseThumbnails(text, base)).toEqual([
    {
      startTime: 0,
      endTime: 10,
      url: 'http://kk.test/media/token/video/sprite-000.jpg',
      x: 0,
      y: 0,
      width: 240,
      height: 135,
    },
    {
      startTime: 3610.5,
      endTime: 3620,
      url: 'http://kk.test/media/token/video/sprite-001.jpg',
      x: 240,
      y: 135,
      width: 240,
      height: 135,
    },
  ])
})

test('what cannot be read is left out, the rest stays', () => {
  const text =
    'WEBVTT\r\n\r\nnonsense\r\n\r\n00:00 --> 00:10\r\nwhole.jpg\r\n\r\n00:10 --> 00:20\r\na.jpg#xywh=0,0,1,1\r\n'
  expect(parseThumbnails(text, base)).toHaveLength(1)
})
