import { remember } from '@/lib/remember'

const kept = remember<string | null>('kk.device', null)
let own: string | undefined

/** Which device this is: the same for as long as the browser keeps what it is given, else for as long as the page lasts. */
export function deviceId(): string {
  if (own) return own
  const known = kept.get()
  own = typeof known === 'string' && /^[!-~]{1,64}$/.test(known) ? known : uuid()
  if (own !== known) kept.set(own)
  return own
}

/** A random UUID, on pages without TLS too, where crypto.randomUUID is not. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
