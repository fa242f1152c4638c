// Looks at a film's first picture, as a browser shows it: prints how large it is and, for each
// line, the red, green and blue of every pixel as base64.
//
//   node look.mjs HOME EMAIL PASSWORD VIDEO
import { nothingWrong, playsPast, run, shoot, visit } from './browser.mjs'
import { signIn } from './visitor.mjs'

const [home, email, password, video] = process.argv.slice(2)

await run(async (browser) => {
  const { page, wrong } = await visit(browser)
  await signIn(page, home, email, password)
  await page.goto(`${home}watch/${video}`)
  await playsPast(page, 0.05)
  const seen = await page.evaluate(async () => {
    const film = document.querySelector('video')
    film.pause()
    const there = new Promise((resolve) => film.addEventListener('seeked', resolve, { once: true }))
    film.currentTime = 0
    await there
    const { videoWidth: width, videoHeight: height } = film
    const canvas = new OffscreenCanvas(width, height).getContext('2d', { colorSpace: 'srgb' })
    canvas.drawImage(film, 0, 0)
    const { data } = canvas.getImageData(0, 0, width, height)
    const pixels = new Uint8Array(3 * width * height)
    for (let i = 0; i < width * height; i++) pixels.set(data.subarray(4 * i, 4 * i + 3), 3 * i)
    return { width, height, pixels: pixels.toBase64?.() ?? btoa(Array.from(pixels, (one) => String.fromCharCode(one)).join('')) }
  })
  await shoot(page, `look-${seen.width}x${seen.height}`)
  nothingWrong(wrong)
  console.log(JSON.stringify(seen))
})
