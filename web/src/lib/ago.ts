const steps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** "há 3 horas", "yesterday": how long ago something was, as people say it. */
export function ago(moment: string, locale: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(moment)) / 1000)
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const [unit, size] = steps.find(([, size]) => seconds >= size) ?? ['second', 1]
  return words.format(unit === 'second' ? 0 : -Math.floor(seconds / size), unit)
}
