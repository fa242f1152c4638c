/** What the server answered when it did not do as asked (RFC 9457). `code` is stable; `detail` may be shown. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string | undefined

  constructor(status: number, code: string, detail?: string) {
    super(detail ?? code)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.detail = detail
  }
}

export async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = (await response.clone().json()) as { code?: unknown; detail?: unknown }
    return new Problem(
      response.status,
      typeof body.code === 'string' ? body.code : `http_${response.status}`,
      typeof body.detail === 'string' ? body.detail : undefined,
    )
  } catch {
    return new Problem(response.status, `http_${response.status}`)
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Problem && error.code === code
}

export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof Problem && error.status === status
}

/** The request never reached the server, or its answer never came back. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof Problem && [0, 502, 503, 504].includes(error.status)
}
