// What a viewer sees, told by the frames the browser really presents: when the first came
// after a press, how long a seek took, where the picture stood still, how high it was.

/** Watches every film shown from now on; call it before the page is opened. */
export async function watchFrames(page) {
  await page.addInitScript(() => {
    const seen = { pressed: 0, first: 0, last: 0, mediaTime: 0, frames: 0, heights: [], waits: [], waiting: 0, starved: false }
    window.seen = seen
    const pressed = (event) => {
      seen.pressed = event.timeStamp
    }
    addEventListener('click', pressed, { capture: true })
    const watch = (video) => {
      const frame = (now, { mediaTime, height }) => {
        seen.first ||= now
        seen.last = now
        seen.mediaTime = mediaTime
        seen.frames++
        if (seen.waiting) seen.waits.push({ at: mediaTime, ms: now - seen.waiting, starved: seen.starved })
        seen.waiting = 0
        if (seen.heights.at(-1)?.height !== height) seen.heights.push({ at: mediaTime, height, now })
        video.requestVideoFrameCallback(frame)
      }
      video.requestVideoFrameCallback(frame)
      video.addEventListener('waiting', () => {
        const { buffered, currentTime } = video
        const there = [...Array(buffered.length).keys()].some((n) => buffered.start(n) <= currentTime && buffered.end(n) > currentTime + 0.5)
        if (!seen.waiting) seen.starved = !there // else what is to be shown is there, and the machine too busy to decode it
        seen.waiting ||= performance.now()
      })
    }
    const known = new WeakSet()
    new MutationObserver(() => {
      for (const video of document.querySelectorAll('video'))
        if (!known.has(video)) {
          known.add(video)
          watch(video)
        }
    }).observe(document, { childList: true, subtree: true })
  })
}

/** What was seen so far. */
export const seen = (page) => page.evaluate(() => ({ ...window.seen, now: performance.now() }))

/** Waits until a frame was presented since the click, and returns after how many milliseconds. */
export async function firstFrame(page) {
  await page.waitForFunction(() => window.seen.first > window.seen.pressed && window.seen.pressed > 0)
  const { first, pressed } = await seen(page)
  return first - pressed
}

/**
 * Presses the seek bar at a part of the film and returns where that led, and how many
 * milliseconds it took from the element being told until a frame from there was presented.
 */
export async function seekTo(page, label, part) {
  await page.mouse.move(300 + 200 * Math.random(), 300) // the controls leave when nobody moves
  const { x, y, width, height } = await page.getByRole('slider', { name: label }).locator('xpath=..').boundingBox()
  await page.evaluate(() => {
    const video = document.querySelector('video')
    window.sought = new Promise((done) => {
      video.addEventListener(
        'seeking',
        () => {
          const began = performance.now()
          const look = (now, { mediaTime }) => {
            if (Math.abs(mediaTime - video.currentTime) < 2) done({ to: mediaTime, ms: now - began })
            else video.requestVideoFrameCallback(look)
          }
          video.requestVideoFrameCallback(look)
        },
        { once: true },
      )
    })
  })
  await page.mouse.click(x + width * part, y + height / 2)
  return page.evaluate(() => window.sought)
}

/** Watches for a while and returns how the film went on: against the clock, and where it stood still. */
export async function watchOn(page, milliseconds) {
  const before = await seen(page)
  await page.waitForFunction((until) => performance.now() >= until, before.now + milliseconds, { timeout: 2 * milliseconds + 10_000 })
  const after = await seen(page)
  return {
    wall: (after.now - before.now) / 1000,
    played: after.mediaTime - before.mediaTime,
    frames: after.frames - before.frames,
    waits: after.waits.slice(before.waits.length).concat(after.waiting ? [{ at: after.mediaTime, ms: after.now - after.waiting }] : []),
    heights: after.heights.slice(Math.max(0, before.heights.length - 1)),
  }
}
