/** How the server answers an address of media now: a status, 0 where nobody does. What it sends is not read. */
export async function statusOf(url: string, signal: AbortSignal): Promise<number> {
  try {
    const response = await fetch(url, { signal, cache: 'no-store' })
    void response.body?.cancel()
    return response.status
  } catch {
    return 0
  }
}
