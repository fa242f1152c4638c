// Ten thousand posters go by: how long the frames are, beside those of an empty page in the same browser at the same time.
//
//   node scrolling.mjs HOME EMAIL PASSWORD HOW_MANY
import { patience, run, shoot, visit } from '../e2e/browser/browser.mjs'
import { signedIn } from './enter.mjs'
import { hold, judge, median, mustMiss, quantile, twiceAtMost } from './verdict.mjs'

const [home, email, password, many] = process.argv.slice(2)
const rounds = 7
const frames = 150 // of a stretch
const pace = 40 // pixels a frame: 2,400 a second
const ratio = { atMost: 1.3 }

await run(async (browser) => {
  const { page: blank } = await visit(browser)
  const { page: wall } = await visit(browser)
  await wall.context().addCookies(await signedIn(home, email, password))
  await blank.setContent('<style>body { height: 1000000px }</style>')
  await fill(wall, Number(many))
  await twiceAtMost(async () => {
    const found = []
    for (let n = 0; n < rounds; n++) {
      const empty = quantile(await stretch(blank, n / rounds), 0.95)
      const posters = quantile(await stretch(wall, n / rounds), 0.95)
      found.push({ empty, posters, ratio: posters / empty })
    }
    console.log(`p95 of ${rounds} stretches: posters ${found.map((one) => one.posters.toFixed(1)).join(' ')} ms, empty ${found.map((one) => one.empty.toFixed(1)).join(' ')} ms`)
    await shoot(wall, 'wall')
    return hold(`p95 frame of ${many} posters to an empty page's, median of ${rounds} stretches`, median(found.map((one) => one.ratio)), ratio)
  })
  await wall.evaluate(() =>
    addEventListener('scroll', () => {
      for (const end = performance.now() + 30; performance.now() < end; );
    }),
  )
  const empty = quantile(await stretch(blank, 0.5), 0.95)
  mustMiss('30 ms of work at each scroll', quantile(await stretch(wall, 0.5), 0.95) / empty, ratio)
  judge()
})

/** Goes down the wall until all of it is there, as somebody would who holds the End key. */
async function fill(page, wanted) {
  let there = 0
  page.on('response', (response) => {
    const { pathname, searchParams } = new URL(response.url())
    // There are more than are wanted: every page is a full one.
    if (pathname === '/api/movies' && response.ok()) there += Number(searchParams.get('limit'))
  })
  const began = Date.now()
  await page.goto(new URL('/browse?list=popular', home).href)
  await page.getByRole('list', { name: 'Films' }).waitFor()
  const toTheEnd = () =>
    page.evaluate(() => new Promise((done) => {
      scrollTo(0, document.documentElement.scrollHeight)
      requestAnimationFrame(() => requestAnimationFrame(done))
    }))
  while (there < wanted) {
    await toTheEnd()
    if (Date.now() - began > patience) throw new Error(`${there} of ${wanted} films are on the page after ${patience} ms`)
  }
  await toTheEnd()
  console.log(`${there} films are on the page after ${((Date.now() - began) / 1000).toFixed(1)} s`)
}

/** Scrolls a stretch of a page, begun so far down it, and returns how long each frame took. */
async function stretch(page, share) {
  await page.bringToFront()
  return page.evaluate(
    ({ share, frames, pace }) =>
      new Promise((done) => {
        scrollTo(0, (document.documentElement.scrollHeight - innerHeight) * share)
        const took = []
        let before
        const frame = (now) => {
          if (before !== undefined) took.push(now - before)
          before = now
          if (took.length === frames) return done(took)
          scrollBy(0, pace)
          requestAnimationFrame(frame)
        }
        // What is first on the screen there is no part of it.
        setTimeout(() => requestAnimationFrame(frame), 500)
      }),
    { share, frames, pace },
  )
}
