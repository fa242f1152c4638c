// The budgets of docs and design, measured on what a browser really fetches: a chunk and everything it imports.
import { readdirSync, readFileSync } from 'node:fs'

const assets = 'dist/assets/'
const named = (name) => {
  const found = readdirSync(assets).find((file) => file.startsWith(`${name}-`) && file.endsWith('.js'))
  if (!found) throw new Error(`no chunk ${name} in ${assets}: run npm run build`)
  return found
}

/** The files themselves and all they import before they run; what they load later does not count. */
function withImports(...files) {
  const all = new Set()
  const visit = (file) => {
    if (all.has(file)) return
    all.add(file)
    const text = readFileSync(assets + file, 'utf8')
    for (const [, next] of text.matchAll(/(?:^|[;}\s])(?:import|export)[^;()'"`]*["']\.\/([^"']+\.js)["']/g))
      visit(next)
  }
  files.forEach(visit)
  return [...all]
}

const page = readFileSync('dist/index.html', 'utf8')
const entries = [...page.matchAll(/src="\/assets\/([^"]+\.js)"/g)].map(([, file]) => file)
// The first page itself, where it is no part of those.
const home = readdirSync(assets).filter((file) => /^HomePage-.*\.js$/.test(file))
const first = withImports(...entries, ...home, named('app.pt-BR'))
const watch = withImports(named('WatchPage'), named('hls')).filter((file) => !first.includes(file))
// A chunk that is measured with everything, to show that what is too large is seen.
const more = process.env.KK_SIZE_WITH ? [assets + named(process.env.KK_SIZE_WITH)] : []
const paths = (files) => [...files.map((file) => assets + file), ...more]

export default [
  { name: 'first route, all its JavaScript', path: paths(first), gzip: true, limit: '125 kB' },
  { name: 'the watch route’s own chunks', path: paths(watch), gzip: true, limit: '250 kB' },
  { name: 'the service worker', path: ['dist/sw.js', ...more], gzip: true, limit: '11 kB' },
  { name: 'style', path: [`${assets}*.css`, ...more], gzip: true, limit: '8 kB' },
]
