// Addresses that exist only under Vite's development server. A build has nothing of them: vite.config.ts holds it to that.
import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router'

/** Hangs them beside the app's own, which the types alone know: no screen leads here. */
export function addDevelopment(root: AnyRoute): void {
  const ui = createRoute({
    getParentRoute: () => root,
    path: '/dev/ui',
    component: lazyRouteComponent(() => import('@/dev/UiPage'), 'UiPage'),
  })
  root.addChildren([...(root.children as AnyRoute[]), ui])
}
