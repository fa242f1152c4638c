// Uploads as the server sees them. Parts go by XMLHttpRequest, because fetch cannot say how much of a body has left.
import { client } from './client'
import { Problem } from './problem'
import type { Upload, UploadPart, Video } from './types'

const at = (id: string) => ({ params: { path: { id } } })

export async function startUpload(asked: { fileName: string; size: number; lastModified: number }): Promise<Upload> {
  return (await client.POST('/uploads', { body: asked })).data as Upload
}

/** This person's uploads that are not finished, from whichever browser. */
export async function openUploads(): Promise<Upload[]> {
  return (await client.GET('/uploads')).data?.items ?? []
}

export async function getUpload(id: string): Promise<Upload> {
  return (await client.GET('/uploads/{id}', at(id))).data as Upload
}

/** Fresh addresses for parts whose own have expired. */
export async function signParts(id: string, numbers: number[]): Promise<UploadPart[]> {
  return (await client.POST('/uploads/{id}/parts', { ...at(id), body: { numbers } })).data?.parts ?? []
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

/** Sends one part. Rejects with a Problem; status 0 when the network failed, with the signal's reason when aborted. */
export async function sendPart(
  url: string,
  body: Blob,
  { signal, progress }: { signal: AbortSignal; progress: (sent: number) => void },
): Promise<void> {
  const digest = await digestFor(url, body)
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
    if (digest) request.setRequestHeader('X-Part-SHA256', digest)
    request.send(body)
  })
}

function problem(request: XMLHttpRequest): Problem {
  try {
    const body = JSON.parse(request.responseText) as { code?: string; detail?: string }
    return new Problem(request.status, body.code ?? `http_${request.status}`, body.detail)
  } catch {
    return new Problem(request.status, `http_${request.status}`)
  }
}

/** Only our own server reads the header, and only a secure page may hash. */
async function digestFor(url: string, body: Blob): Promise<string | undefined> {
  if (!globalThis.crypto?.subtle || new URL(url, location.href).origin !== location.origin) return undefined
  const hash = await crypto.subtle.digest('SHA-256', await body.arrayBuffer())
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
