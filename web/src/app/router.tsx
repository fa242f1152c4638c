// The map of the app: which address shows which screen, and who may stand there.
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
  redirect,
} from '@tanstack/react-router'
import { home, lists, movie, type Shelf } from '@/api/home'
import { me, setupState } from '@/api/session'
import { type Room, speakOf } from '@/i18n'
import { addDevelopment } from './development'
import { Frame } from './Frame'
import { Missing, RouteFailed, RouteLoading } from './RouteStates'
import { Shell } from './Shell'
import { SignedIn } from './SignedIn'

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Frame,
  errorComponent: RouteFailed,
  notFoundComponent: Missing,
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: token,
  loader: ({ context }) => context.queries.prefetchQuery(setupState),
  component: lazyRouteComponent(
    spoken('door', () => import('@/features/setup/SetupPage')),
    'SetupPage',
  ),
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/signin',
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({ next: localPath(search.next) }),
  beforeLoad: async ({ context, search }) => {
    if (await context.queries.ensureQueryData(me)) throw redirect({ href: search.next ?? '/' })
  },
  loader: ({ context }) => context.queries.prefetchQuery(setupState),
  component: lazyRouteComponent(
    spoken('door', () => import('@/features/signin/SignInPage')),
    'SignInPage',
  ),
})

const signUp = createRoute({
  getParentRoute: () => root,
  path: '/signup',
  loader: ({ context }) => context.queries.prefetchQuery(setupState),
  component: lazyRouteComponent(
    spoken('door', () => import('@/features/signup/SignUpPage')),
    'SignUpPage',
  ),
})

const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  loader: ({ context }) => context.queries.prefetchQuery(setupState),
  component: lazyRouteComponent(
    spoken('door', () => import('@/features/recovery/ForgotPage')),
    'ForgotPage',
  ),
})

// Where links lead that were sent to somebody: each carries what proves it.
const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  validateSearch: token,
  component: lazyRouteComponent(
    spoken('door', () => import('@/features/signup/JoinPage')),
    'JoinPage',
  ),
})

const confirm = createRoute({
  getParentRoute: () => root,
  path: '/confirm',
  validateSearch: token,
  component: lazyRouteComponent(
    spoken('door', () => import('@/features/signup/ConfirmPage')),
    'ConfirmPage',
  ),
})

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  validateSearch: token,
  component: lazyRouteComponent(
    spoken('door', () => import('@/features/recovery/ResetPage')),
    'ResetPage',
  ),
})

const verify = createRoute({
  getParentRoute: () => root,
  path: '/verify',
  validateSearch: token,
  component: lazyRouteComponent(
    spoken('door', () => import('@/features/recovery/VerifyPage')),
    'VerifyPage',
  ),
})

// Everything beyond this door is for people who are signed in.
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: SignedIn,
  beforeLoad: async ({ context, location }) => {
    if (await context.queries.ensureQueryData(me)) return
    throw redirect({ to: '/signin', search: { next: localPath(location.href) }, replace: true })
  },
})

const shell = createRoute({ getParentRoute: () => signedIn, id: 'shell', component: Shell })

const firstPage = createRoute({
  getParentRoute: () => shell,
  path: '/',
  loader: ({ context }) => {
    void context.queries.prefetchQuery(home)
    import('@/api/watch').then(
      ({ continuing }) => context.queries.prefetchQuery(continuing),
      () => {}, // The row asks again, and says so.
    )
  },
  component: lazyRouteComponent(() => import('@/features/home/HomePage'), 'HomePage'),
})

const browse = createRoute({
  getParentRoute: () => shell,
  path: '/browse',
  validateSearch: (search: Record<string, unknown>): Partial<Shelf> => ({
    list: lists.find((one) => one === search.list),
    genre: count(search.genre),
    year: count(search.year),
  }),
  component: lazyRouteComponent(
    spoken('catalogue', () => import('@/features/catalogue/BrowsePage')),
    'BrowsePage',
  ),
})

const searching = createRoute({
  getParentRoute: () => shell,
  path: '/search',
  validateSearch: ({ q }: Record<string, unknown>): { q?: string } => ({
    q: typeof q === 'string' || typeof q === 'number' ? String(q) : undefined,
  }),
  component: lazyRouteComponent(
    spoken('catalogue', () => import('@/features/catalogue/SearchPage')),
    'SearchPage',
  ),
})

const myList = createRoute({
  getParentRoute: () => shell,
  path: '/list',
  component: lazyRouteComponent(
    spoken('catalogue', () => import('@/features/catalogue/MyListPage')),
    'MyListPage',
  ),
})

const title = createRoute({
  getParentRoute: () => shell,
  path: '/title/$id',
  loader: ({ context, params }) => void context.queries.prefetchQuery(movie(params.id)),
  component: lazyRouteComponent(
    spoken('title', () => import('@/features/title/TitlePage')),
    'TitlePage',
  ),
})

const history = createRoute({
  getParentRoute: () => shell,
  path: '/history',
  component: lazyRouteComponent(
    spoken('history', () => import('@/features/history/HistoryPage')),
    'HistoryPage',
  ),
})

const bringIn = createRoute({
  getParentRoute: () => shell,
  path: '/import',
  component: lazyRouteComponent(
    spoken('importing', () => import('@/features/importing/ImportPage')),
    'ImportPage',
  ),
})

const upload = createRoute({
  getParentRoute: () => shell,
  path: '/upload',
  loader: ({ context }) =>
    void import('@/api/videos').then(({ videos }) => context.queries.prefetchInfiniteQuery(videos)),
  component: lazyRouteComponent(
    spoken('upload', () => import('@/features/upload/UploadPage')),
    'UploadPage',
  ),
})

const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  component: lazyRouteComponent(
    spoken('account', () => import('@/features/account/AccountPage')),
    'AccountPage',
  ),
})

const people = createRoute({
  getParentRoute: () => shell,
  path: '/people',
  component: lazyRouteComponent(
    spoken('people', () => import('@/features/people/PeoplePage')),
    'PeoplePage',
  ),
})

const insight = createRoute({
  getParentRoute: () => shell,
  path: '/insight',
  validateSearch: ({ film }: Record<string, unknown>): { film?: string } => ({
    film: typeof film === 'string' ? film : undefined,
  }),
  component: lazyRouteComponent(
    spoken('people', () => import('@/features/insight/InsightPage')),
    'InsightPage',
  ),
})

const watch = createRoute({
  getParentRoute: () => signedIn,
  path: '/watch/$videoId',
  validateSearch: ({
    engine,
    take,
    again,
  }: Record<string, unknown>): { engine?: 'shaka'; take?: true; again?: true } => ({
    engine: engine === 'shaka' ? engine : undefined,
    take: take === undefined ? take : true,
    again: again === undefined ? again : true,
  }),
  loader: ({ context, params }) =>
    void import('@/api/videos').then(({ stream, video }) => {
      void context.queries.prefetchQuery(video(params.videoId))
      void context.queries.prefetchQuery(stream(params.videoId))
    }),
  component: lazyRouteComponent(
    spoken('watch', () => import('@/features/watch/WatchPage')),
    'WatchPage',
  ),
})

const whoWatches = createRoute({
  getParentRoute: () => signedIn,
  path: '/profiles',
  validateSearch: (search: Record<string, unknown>): { next?: string; manage?: true } => ({
    next: localPath(search.next),
    manage: search.manage ? true : undefined,
  }),
  loader: askProfiles,
  component: lazyRouteComponent(
    spoken('account', () => import('@/features/profiles/ProfilesPage')),
    'ProfilesPage',
  ),
})

const profile = createRoute({
  getParentRoute: () => signedIn,
  path: '/profiles/$profileId',
  loader: askProfiles,
  component: lazyRouteComponent(
    spoken('account', () => import('@/features/profiles/ProfilePage')),
    'ProfilePage',
  ),
})

const doors = [setup, signIn, signUp, forgot, join, confirm, reset, verify] as const

const tree = root.addChildren([
  ...doors,
  signedIn.addChildren([
    shell.addChildren([
      firstPage,
      browse,
      searching,
      myList,
      title,
      history,
      bringIn,
      upload,
      account,
      people,
      insight,
    ]),
    whoWatches,
    profile,
    watch,
  ]),
])

if (import.meta.env.DEV) addDevelopment(root)

export function createAppRouter(queries: QueryClient, addresses?: RouterHistory) {
  return createRouter({
    history: addresses,
    routeTree: tree,
    context: { queries },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 200,
    defaultPendingComponent: RouteLoading,
    defaultErrorComponent: RouteFailed,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}

function token(search: Record<string, unknown>): { token: string } {
  return { token: typeof search.token === 'string' ? search.token : '' }
}

function askProfiles({ context }: { context: { queries: QueryClient } }) {
  void import('@/api/profiles').then(({ profiles }) => context.queries.prefetchQuery(profiles))
}

/** A number of an address, where it is one that counts something. */
function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined
}

/** A screen that is loaded when it is first gone to, and what it says with it. */
function spoken<Screen>(room: Room, load: () => Promise<Screen>) {
  return async () => (await Promise.all([load(), speakOf(room)]))[0]
}

/** Where to go after signing in: a path on this site only, so no link can send anyone elsewhere. */
export function localPath(next: unknown): string | undefined {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) && !next.startsWith('/signin') ? next : undefined
}
