const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** 1_530_000 → "1,5 MB" in pt-BR, "1.5 MB" in en. */
export function bytes(count: number, locale: string): string {
  let value = count
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)} ${units[unit]}`
}
