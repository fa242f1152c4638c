// Three ways to use a page: a mouse, keys alone, a finger. Each knows how to press what is there, write into it, wake the
// player's controls, drag its bar and put its panel away, so that a journey is told once and made by any of them.
import assert from 'node:assert/strict'
import { patience } from './browser.mjs'

/** The seek bar and, over it, the picture of the moment that is looked for. */
const lineOf = (bar) => bar.locator('xpath=..').boundingBox()
const preview = (page) =>
  page.waitForFunction(async () => {
    const picture = [...document.querySelectorAll('img')].find((image) => image.src.includes('/sprite-') && image.naturalWidth > 0)
    await picture?.decode()
    const fading = document.getAnimations().some(({ effect }) => effect?.target?.contains(picture))
    return picture?.checkVisibility({ opacityProperty: true }) && !fading
  })

export function mouse(page) {
  const { width, height } = page.viewportSize()
  let side = 1
  const wake = async () => {
    side = -side
    await page.mouse.move(width / 2 + 10 * side, height / 3)
  }
  return {
    wake,
    press: (target) => target.click(),
    async write(target, text) {
      await target.click()
      await page.keyboard.type(text)
    },
    /** Looks at a part of the film, then goes there. */
    async seek(bar, part, look) {
      await wake()
      const line = await lineOf(bar)
      const [x, y] = [line.x + line.width * part, line.y + line.height / 2]
      await page.mouse.move(x, y)
      await preview(page)
      await look()
      await page.mouse.click(x, y)
    },
    /** A click beside it; the film goes on. */
    putAway: () => page.mouse.click(width / 4, 88),
  }
}

/** Nothing here touches the page but keys, and whatever they come to must be seen to have the focus. */
export function keys(page) {
  const press = async (target) => {
    await walkTo(page, target)
    await page.keyboard.press('Enter')
  }
  return {
    wake: () => page.keyboard.press('Shift'),
    press,
    async write(target, text) {
      await walkTo(page, target)
      await page.keyboard.type(text)
    },
    /** The bar goes in steps of five seconds, and says where it is. */
    async seek(bar, part, look) {
      await page.keyboard.press('Shift')
      await walkTo(page, bar)
      const end = Number(await bar.getAttribute('aria-valuemax'))
      const place = async () => Number(await bar.getAttribute('aria-valuenow'))
      for (let steps = Math.ceil(end / 5); (await place()) < end * part && steps > 0; steps--) {
        const before = await place()
        await page.keyboard.press('ArrowRight')
        await page.waitForFunction(([one, from]) => Number(one.getAttribute('aria-valuenow')) > from, [await bar.elementHandle(), before])
      }
      await look()
    },
    putAway: () => page.keyboard.press('Escape'),
  }
}

export function finger(page) {
  const { width } = page.viewportSize()
  const controls = page.locator('[data-visible]').filter({ has: page.getByRole('slider') })
  return {
    /** A tap on the picture shows the controls, and another hides them. */
    async wake() {
      if ((await controls.count()) === 0) await page.touchscreen.tap(width / 2, 200)
      await controls.waitFor()
    },
    press: (target) => target.tap(),
    async write(target, text) {
      await target.tap()
      await page.keyboard.insertText(text) // as the keyboard on a phone's screen does
    },
    /** The finger goes along the bar, rests while the picture is looked at, and lets go. */
    async seek(bar, part, look) {
      await this.wake()
      const line = await lineOf(bar)
      const [y, from, to] = [line.y + line.height / 2, line.x + 0.05 * line.width, line.x + part * line.width]
      const touch = await page.context().newCDPSession(page)
      const at = (type, ...points) => touch.send('Input.dispatchTouchEvent', { type, touchPoints: points.map((x) => ({ x, y })) })
      await at('touchStart', from)
      for (let step = 1; step <= 5; step++) await at('touchMove', from + ((to - from) * step) / 5)
      await preview(page)
      await look()
      await at('touchEnd')
      await touch.detach()
    },
    putAway: () => page.touchscreen.tap(width / 2, 40),
  }
}

/** Presses Tab until a target has the focus, at most once around the page. */
async function walkTo(page, target) {
  await target.waitFor({ state: 'attached' })
  const passed = []
  for (const end = Date.now() + patience; Date.now() < end && passed.length < 150; await page.keyboard.press('Tab')) {
    if (await target.evaluate((one) => one === document.activeElement)) return
    passed.push(await seeFocus(page))
  }
  throw new Error(`${target} is not come to by Tab; passed were\n${passed.join('\n')}`)
}

/**
 * What has the focus must be seen to: by the ring, or as the field does that a screen was opened for, by its line. Returns
 * what it is.
 */
async function seeFocus(page) {
  const look = () => page.evaluate(() => {
    const one = document.activeElement
    const look = getComputedStyle(one)
    const ring = one.matches(':focus-visible') && look.outlineStyle !== 'none' && Number.parseFloat(look.outlineWidth) >= 2
    const line = one.matches('input') && look.borderBottomColor === 'rgb(242, 165, 65)'
    const box = one.getBoundingClientRect()
    return {
      what: `${one.localName} ${one.getAttribute('aria-label') ?? one.textContent?.trim().slice(0, 40)}`,
      nowhere: one === document.body || one.id === 'content',
      seen: (ring || line) && box.width > 0 && box.height > 0,
    }
  })
  let { what, nowhere, seen } = await look()
  for (const end = Date.now() + 2000; !nowhere && !seen && Date.now() < end; ) ({ what, nowhere, seen } = await look()) // a busy machine draws late
  assert.ok(nowhere || seen, `nobody sees that ${what} has the focus`)
  return what
}
