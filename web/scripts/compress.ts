// Lays name.br and name.gz beside every text file of dist, so the server sends them as they are.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const text = /\.(js|css|html|svg|json|webmanifest)$/
const dist = join(import.meta.dirname, '..', 'dist')

for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (!text.test(name)) continue
  const path = join(dist, name)
  const plain = readFileSync(path)
  writeFileSync(`${path}.br`, brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
  writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }))
}
