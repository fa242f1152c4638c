/** What happened, by the day it happened on here, in the order it comes. */
export function byDay<One>(all: readonly One[], momentOf: (one: One) => string): { day: Date; items: One[] }[] {
  const days: { day: Date; items: One[] }[] = []
  for (const one of all) {
    const day = new Date(momentOf(one))
    day.setHours(0, 0, 0, 0)
    const last = days.at(-1)
    if (last?.day.getTime() === day.getTime()) last.items.push(one)
    else days.push({ day, items: [one] })
  }
  return days
}

/** "Hoje", "Yesterday", "Friday, November 27", with the year where it is another. */
export function dayInWords(day: Date, locale: string, now = new Date()): string {
  const today = new Date(now)
  today.setHours(0, 0, 0, 0)
  // Days are not all 24 hours long.
  const past = Math.round((today.getTime() - day.getTime()) / 86_400_000)
  const words =
    past === 0 || past === 1
      ? new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-past, 'day')
      : new Intl.DateTimeFormat(locale, {
          weekday: 'long',
          day: 'numeric',
          month: 'long',
          year: day.getFullYear() === today.getFullYear() ? undefined : 'numeric',
        }).format(day)
  return words.charAt(0).toLocaleUpperCase(locale) + words.slice(1)
}
