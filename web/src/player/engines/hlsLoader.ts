// How hls.js fetches: every request goes where the newest ticket leads, and the time the server took to make a segment
// is not mistaken for a slow line.
import { type LoaderCallbacks, type LoaderConfiguration, type LoaderContext, type LoaderStats, XhrLoader } from 'hls.js'

/**
 * The folder a film is found in. It changes when a ticket is renewed, while playlists read before still name the old
 * one; a request for any folder known so far is sent to the newest.
 */
export class Folder {
  private readonly known: string[] = []

  move(playlist: string) {
    const folder = new URL('.', new URL(playlist, location.href)).href
    this.known.unshift(folder)
  }

  now(url: string): string {
    const [newest = ''] = this.known
    const old = this.known.find((folder) => url.startsWith(folder))
    return old === undefined ? url : newest + url.slice(old.length)
  }
}

export function loaderOf(folder: Folder): typeof XhrLoader {
  return class extends XhrLoader {
    override load(
      context: LoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<LoaderContext>,
    ): void {
      context.url = folder.now(context.url)
      super.load(context, config, {
        ...callbacks,
        onSuccess: (response, stats, context, request) => {
          if (request instanceof XMLHttpRequest) leaveOut(stats, madeFor(request))
          callbacks.onSuccess(response, stats, context, request)
        },
      })
    }
  }
}

/** How long the server made a segment before its first byte, in milliseconds. */
export function madeFor(request: XMLHttpRequest): number {
  // Asking for a header another origin keeps to itself would be logged as an error; the list of all leaves it out.
  const timing = /^server-timing:(.*)$/im.exec(request.getAllResponseHeaders())?.[1] ?? ''
  return Number(/(?:^|,)\s*made\s*;[^,]*\bdur=([\d.]+)/i.exec(timing)?.[1] ?? 0)
}

/** Lets a request begin when the making ended: what is left of the wait for the first byte is the line's own. */
function leaveOut({ loading }: LoaderStats, made: number) {
  loading.start = Math.min(loading.start + made, loading.first)
}
