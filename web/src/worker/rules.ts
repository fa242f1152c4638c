// What the service worker keeps of the server's answers, and what makes it forget or ask again. Decided by the address
// alone, so that it can be read and tested without a browser.

const id = '[0-9a-f-]{36}'

/** What home, my list and a film seen lately ask for. Nothing of the account's doors, and no page but the first. */
const answers = new RegExp(
  `^/api/(me|me/profiles|home|list|videos|watch/continue|watch/${id}|collections/\\d+|movies/${id}(/(opinion|similar|recommendations))?)$`,
)

/** Its address changes when the picture does. */
const picture = new RegExp(`^/api/(movies|videos)/${id}/images/[^/]+$`)

export function isAnswer({ pathname, searchParams }: URL): boolean {
  return answers.test(pathname) && !searchParams.has('cursor')
}

export function isPicture({ pathname }: URL): boolean {
  return picture.test(pathname)
}

/** Of what the server is told, that by which somebody else may be here afterwards, or nobody. */
export function isTurn(method: string, { pathname }: URL): boolean {
  if (pathname === '/api/me') return method === 'DELETE'
  return /^\/api\/(auth\/.|setup$|me\/profiles\/[^/]+\/select$)/.test(pathname)
}

/** Whether such a turn was taken: renewing a session changes nobody, unless it is refused. */
export function isTaken({ pathname }: URL, status: number): boolean {
  if (pathname === '/api/auth/refresh') return status === 401
  return status >= 200 && status < 300
}

/** What is kept and no longer true once the server was told something else: asked for again at once. */
export function madeOld({ pathname }: URL): string[] {
  const [, , first, second] = pathname.split('/')
  if (first === 'me') return ['/api/me', '/api/me/profiles']
  if (first === 'list') return ['/api/list', '/api/home', `/api/movies/${second}/opinion`]
  if (first === 'ratings') return [`/api/movies/${second}/opinion`]
  return []
}

/** What else the server is told that makes answers old; it does not pass the worker otherwise. */
export function isChange({ pathname }: URL): boolean {
  return /^\/api\/(me|me\/profiles(\/[^/]+)?|list\/[^/]+|ratings\/[^/]+)$/.test(pathname)
}

/** A gateway's word that the server behind it is away; what the server says itself is an answer. */
export function isAway(status: number): boolean {
  return status === 502 || status === 504
}

/** Never answered with the app's page: what is the server's own, and what looks like a file. */
export const notAScreen = [/^\/(api|media)(\/|$)/, /^\/(healthz|readyz|metrics)$/, /^[^?]*\.[^/?]+(\?|$)/]

/** Whose answers these are: another person, profile or age limit may see other films. */
export function ownerOf(me: unknown): string {
  const { user, profile } = me as { user?: { id?: string; role?: string }; profile?: Record<string, unknown> }
  return [user?.id, user?.role, profile?.id, profile?.maturityLimit].join(' ')
}
