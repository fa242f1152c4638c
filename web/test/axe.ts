import axe from 'axe-core'
import { expect } from 'vitest'

/** Holds what is on screen to WCAG 2.2 AA, as far as that can be seen without layout and colours. */
export async function expectAccessible(what: Element = document.body): Promise<void> {
  const { violations } = await axe.run(what, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    rules: { 'color-contrast': { enabled: false } },
  })
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([])
}
