// Uploads as the server sees them. Parts go by XMLHttpRequest, because fetch cannot say how much of a body has left.
import { client } from './client'
import { Problem } from './problem'
import type { Upload, UploadPart, Video } from './types'

const at = (id: string) => ({ params: { path: { id } } })

export async function startUpload(asked: { fileName: string; size: number; lastModified: number }): Promise<Upload> {
  return (await client.POST('/uploads', { body: { ...asked, tellsDigests: canDigest() } })).data as Upload
}

/** This person's uploads that are not finished, from whichever browser. */
export async function openUploads(): Promise<Upload[]> {
  return (await client.GET('/uploads')).data?.items ?? []
}

export async function getUpload(id: string): Promise<Upload> {
  return (await client.GET('/uploads/{id}', at(id))).data as Upload
}

/** Fresh addresses for parts: where they go straight to the store, each is good for the bytes of its digest alone. */
export async function signParts(
  id: string,
  parts: { number: number; digest?: string | undefined }[],
): Promise<UploadPart[]> {
  const told = parts.flatMap(({ number, digest }) => (digest ? [{ number, digest }] : []))
  const body = told.length > 0 ? { parts: told } : { numbers: parts.map((part) => part.number) }
  return (await client.POST('/uploads/{id}/parts', { ...at(id), body })).data?.parts ?? []
}

export async function completeUpload(id: string): Promise<Video> {
  return (await client.POST('/uploads/{id}/complete', at(id))).data as Video
}

export async function cancelUpload(id: string): Promise<void> {
  await client.DELETE('/uploads/{id}', at(id))
}

export async function getVideo(id: string): Promise<Video> {
  return (await client.GET('/videos/{id}', at(id))).data as Video
}

/** Where a part goes, and what is sent along with it. */
export type Address = { url: string; headers?: Record<string, string> | undefined }

/** Sends one part. Rejects with a Problem; status 0 when the network failed, with the signal's reason when aborted. */
export async function sendPart(
  { url, headers = {} }: Address,
  body: Blob,
  { signal, progress }: { signal: AbortSignal; progress: (sent: number) => void },
): Promise<void> {
  signal.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    const settle = (end: () => void) => {
      signal.removeEventListener('abort', abort)
      end()
    }
    request.upload.onprogress = (event) => progress(event.loaded)
    request.onload = () => settle(() => (request.status < 300 ? resolve() : reject(problem(request))))
    request.onerror = () => settle(() => reject(new Problem(0, 'unreachable')))
    request.ontimeout = request.onerror
    request.onabort = () => settle(() => reject(signal.reason))
    signal.addEventListener('abort', abort)
    request.open('PUT', url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.send(body)
  })
}

function problem(request: XMLHttpRequest): Problem {
  try {
    const body = JSON.parse(request.responseText) as { code?: string; detail?: string }
    return new Problem(request.status, body.code ?? `http_${request.status}`, body.detail)
  } catch {
    return new Problem(request.status, codeOfStore(request))
  }
}

/** A store answers in XML. What may be mended has the code our own server gives it. */
function codeOfStore(request: XMLHttpRequest): string {
  const code = /<Code>(\w+)<\/Code>/.exec(request.responseText)?.[1]
  switch (code) {
    case 'BadDigest':
    case 'InvalidDigest':
    case 'XAmzContentSHA256Mismatch':
      return 'wrong_digest'
    case 'NoSuchUpload':
      return 'no_such_upload'
    default:
      return `http_${request.status}`
  }
}

/** Only a secure page may hash. */
const canDigest = () => Boolean(globalThis.crypto?.subtle)

/** The SHA-256 of a part, in hex. */
export async function digestOf(body: Blob): Promise<string | undefined> {
  if (!canDigest()) return undefined
  const hash = await crypto.subtle.digest('SHA-256', await body.arrayBuffer())
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The header our own server verifies a part by. */
export function verifiedHere(digest: string | undefined): Record<string, string> {
  return digest ? { 'X-Part-SHA256': digest } : {}
}
