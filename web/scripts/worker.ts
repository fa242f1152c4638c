// Builds dist/sw.js of src/worker, with the list of what it has at hand before it is asked: the page, and the files that
// home, my list and a film need in both languages. Not the players, and not the operator's screens.
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Manifest } from 'vite'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8')) as Manifest
/** The file each source went into: several share one. */
const went = JSON.parse(readFileSync(join(dist, '.vite', 'went.json'), 'utf8')) as Record<string, string>

const locales = ['app', 'later', 'catalogue', 'title'].flatMap((room) =>
  ['en', 'pt-BR'].map((locale) => `src/i18n/locales/${room}.${locale}.po`),
)
const offline = [
  ...locales,
  'src/features/home/HomePage.tsx',
  'src/features/home/GoOn.tsx',
  'src/features/home/Begun.tsx',
  'src/features/home/OnTheWay.tsx',
  'src/features/catalogue/MyListPage.tsx',
  'src/features/catalogue/BrowsePage.tsx',
  'src/features/catalogue/SearchPage.tsx',
  'src/features/title/TitlePage.tsx',
  'src/app/later/AccountItems.tsx',
  'src/app/later/Live.tsx',
  'src/api/watch.ts',
  'src/api/movies.ts',
  'src/api/profiles.ts',
  'src/ui/toast.tsx',
  'node_modules/centrifuge/build/index.mjs', // So that what was opened without a network is told of changes with one.
]

const files = new Set(['index.html', 'favicon.svg', 'manifest.webmanifest'])
const page = readFileSync(join(dist, 'index.html'), 'utf8')
const linked = [...page.matchAll(/"\/(assets\/[^"]+)"/g)].map(([, file]) => file ?? '')
const chunks = new Map(Object.values(manifest).map((chunk) => [chunk.file, chunk]))
const first = linked.filter((file) => chunks.has(file))
if (first.length === 0) throw new Error('the page links no file of the build')

const visit = (file: string) => {
  const chunk = chunks.get(file)
  if (!chunk) throw new Error(`the build's manifest has no ${file}`)
  if (files.has(file)) return
  for (const one of [file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) files.add(one)
  for (const key of chunk.imports ?? []) visit(manifest[key]?.file ?? key)
}
first.forEach(visit)
for (const source of offline) {
  const file = went[source]
  if (!file) throw new Error(`the build has no ${source}: scripts/worker.ts names it`)
  visit(file)
}

const shell = [...files].sort().map((file) => ({
  url: `/${file}`,
  // The names of assets hold a digest of their content.
  revision: file.startsWith('assets/') ? null : digest(join(dist, file)),
}))

await build({
  configFile: false,
  root,
  logLevel: 'warn',
  publicDir: false,
  define: { SHELL: JSON.stringify(shell), 'process.env.NODE_ENV': '"production"' },
  build: {
    target: 'es2022',
    outDir: dist,
    emptyOutDir: false,
    lib: { entry: join(root, 'src/worker/worker.ts'), formats: ['iife'], name: 'worker', fileName: () => 'sw.js' },
  },
})
rmSync(join(dist, '.vite'), { recursive: true })

const bytes = [...files].reduce((sum, file) => sum + statSync(join(dist, file)).size, 0)
const sent = [...files].reduce((sum, file) => sum + sentAs(file), 0)
console.log(`at hand without a network: ${files.size} files, ${kilo(bytes)} kB, ${kilo(sent)} kB on their way`)

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16)
}

function sentAs(file: string): number {
  const body = readFileSync(join(dist, file))
  return file.endsWith('.woff2') ? body.length : gzipSync(body, { level: 9 }).length
}

function kilo(bytes: number): string {
  return (bytes / 1000).toFixed(1)
}
