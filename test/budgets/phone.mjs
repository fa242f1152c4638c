// A phone's processor on any machine. Four times slower than the machines the budgets were set on is a phone of the middle
// class (Lighthouse's own measure of a machine, BenchmarkIndex, is some 4000 there); a slower machine is slowed down
// less, so that the same app takes the same time on it.
import { pageFunctions } from 'lighthouse/core/lib/page-functions.js'

const reference = 4000
const most = 4

/** How many times slower this machine has to be; asks the page for some seconds of work. */
export async function slowdown(page) {
  const indexes = []
  for (let n = 0; n < 3; n++) indexes.push(await page.evaluate(`(${pageFunctions.computeBenchmarkIndex})()`))
  const index = Math.max(...indexes) // what else the machine did made it no faster
  const rate = Math.min(most, Math.max(1, (most * index) / reference))
  console.log(`this machine is a ${Math.round(index)} of ${reference}: made ${rate.toFixed(1)} times slower`)
  return rate
}
