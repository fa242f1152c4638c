import type { Format } from '@/api/editing'

/** How a list of films is written, by the name of its file and by how it begins. */
export function formatOf(name: string, text: string): Format {
  const ending = /\.(csv|json|nfo|xml)$/i.exec(name)?.[1]?.toLowerCase()
  if (ending === 'csv' || ending === 'json' || ending === 'nfo') return ending
  const begin = text
    .replace(/^\uFEFF/, '')
    .trimStart()
    .charAt(0)
  if (begin === '<') return 'nfo'
  return begin === '{' || begin === '[' ? 'json' : 'csv'
}

/** Bytes as they will be sent. */
export const sizeOf = (text: string) => new TextEncoder().encode(text).length
