// The first page as Lighthouse has it: a phone of the middle class on a slow network, five times, somebody signed in.
//
//   node lighthouse.mjs HOME SLOW_HOME EMAIL PASSWORD
//
// SLOW_HOME is the same house with a script before the app's that blocks for three seconds.
import { launch } from 'chrome-launcher'
import lighthouse from 'lighthouse'
import { throttling } from 'lighthouse/core/config/constants.js'
import { chrome, run, share } from '../e2e/browser/browser.mjs'
import { signedIn } from './enter.mjs'
import { slowdown } from './phone.mjs'
import { hold, judge, median, mustMiss, twiceAtMost } from './verdict.mjs'

const [home, slowHome, email, password] = process.argv.slice(2)
const times = Number(process.env.BUDGETS_RUNS ?? 5)
const score = { atLeast: 0.95 }
const others = ['accessibility', 'best-practices'] // and not how a house of one's own is found by strangers
const lcp = { atMost: 2, unit: ' s' }

await run(async () => {
  const browser = await launch({ chromePath: chrome.executablePath, chromeFlags: chrome.args, logLevel: 'error' })
  try {
    browser.slower = await enter(browser.port)
    const all = await measure(browser, home, ['performance', ...others])
    tell(all)
    for (const kind of others) hold(`${kind} score`, all.categories[kind].score, score)
    await twiceAtMost(async () => {
      const runs = []
      for (let n = 0; n < times; n++) runs.push(await measure(browser, home, ['performance']))
      const each = (figure) => runs.map(figure)
      console.log(`scores ${each(scoreOf).join(' ')}, LCP ${each(lcpOf).map((s) => s.toFixed(2)).join(' ')} s`)
      const fast = hold(`performance score, median of ${times}`, median(each(scoreOf)), score)
      return hold(`largest contentful paint, median of ${times}`, median(each(lcpOf)), lcp) && fast
    })
    mustMiss('a script of three seconds, score', scoreOf(await measure(browser, slowHome, ['performance'])), score)
  } finally {
    await browser.kill()
  }
  judge()
})

async function measure({ port, slower }, url, onlyCategories) {
  const phone = { ...throttling.mobileSlow4G, cpuSlowdownMultiplier: slower }
  const result = await lighthouse(url, { port, onlyCategories, throttling: phone, logLevel: 'error', output: 'json' })
  const { runtimeError } = result.lhr
  if (runtimeError) throw new Error(`${runtimeError.code}: ${runtimeError.message}`)
  return result.lhr
}

function scoreOf({ categories }) {
  return categories.performance.score
}

function lcpOf({ audits }) {
  return audits['largest-contentful-paint'].numericValue / 1000
}

/** What a score is made of, and what it found wanting, for who has to mend it. */
function tell({ audits, categories }) {
  const parts = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'speed-index', 'cumulative-layout-shift']
  console.log(`to warm up: score ${categories.performance.score}, ${parts.map((id) => `${id} ${audits[id].displayValue}`).join(', ')}`)
  const tasks = audits['long-tasks'].details?.items ?? []
  console.log(`tasks of 50 ms and more: ${tasks.map(({ url, startTime, duration }) => `${duration.toFixed(0)} ms at ${(startTime / 1000).toFixed(1)} s (${url.split('/').pop()})`).join(', ')}`)
  for (const kind of others)
    for (const { id, weight } of categories[kind].auditRefs)
      if (weight > 0 && audits[id].score !== null && audits[id].score < 1) console.log(`${kind} wants: ${audits[id].title}`)
}

/** In the browser that Lighthouse drives: before each run it clears what is kept there, but no cookies. Returns how much
 *  slower its processor has to be. */
async function enter(port) {
  const browser = await share(port)
  const [context] = browser.contexts()
  await context.addCookies(await signedIn(home, email, password))
  const page = await context.newPage()
  const slower = await slowdown(page)
  await page.close()
  await browser.close()
  return slower
}
