// The little pictures over the seek bar: a WebVTT file whose cues name a region of a sheet.

export type Thumbnail = {
  startTime: number
  endTime: number
  url: string
  x: number
  y: number
  width: number
  height: number
}

export async function thumbnails(url: string, signal?: AbortSignal): Promise<Thumbnail[]> {
  const response = await fetch(url, { signal })
  return response.ok ? parseThumbnails(await response.text(), new URL(url, location.href).href) : []
}

/** Reads the cues; relative names are resolved against the file they stand in. What cannot be read is left out. */
export function parseThumbnails(text: string, base: string): Thumbnail[] {
  const found: Thumbnail[] = []
  for (const block of text.replace(/\r/g, '').split(/\n{2,}/)) {
    const lines = block.split('\n')
    const timing = lines.findIndex((line) => line.includes('-->'))
    const [start, end] = (lines[timing] ?? '').split('-->').map(seconds)
    const target = lines[timing + 1]
    const region = /#xywh=(\d+),(\d+),(\d+),(\d+)/.exec(target ?? '')
    if (start === undefined || end === undefined || !target || !region) continue
    const [x = 0, y = 0, width = 0, height = 0] = region.slice(1).map(Number)
    found.push({
      startTime: start,
      endTime: end,
      url: new URL(target.split('#')[0] ?? '', base).href,
      x,
      y,
      width,
      height,
    })
  }
  return found
}

function seconds(time: string): number | undefined {
  const parts = time.trim().split(' ')[0]?.split(':').map(Number) ?? []
  if (parts.length < 2 || parts.some(Number.isNaN)) return undefined
  return parts.reduce((total, part) => total * 60 + part, 0)
}
