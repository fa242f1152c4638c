/** Whether somebody asked for as little data as can be: what only adorns is then left out. */
export function sparing(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean } }
  return connection?.saveData === true || matchMedia('(prefers-reduced-data: reduce)').matches
}
