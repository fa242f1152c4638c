type Titled = { title: string; titles: Record<string, string> }
type Told<Text> = { texts: Record<string, Text> }

/** A film's title in a language; in the one there is where it has none. */
export function titleIn({ title, titles }: Titled, locale: string): string {
  return titles[locale] || title
}

/** What is told of a film in a language; what is told in another where that is missing, each part for itself. */
export function textIn<Text extends { title: string; overview?: string; tagline?: string }>(
  { texts }: Told<Text>,
  locale: string,
): { title: string; overview: string; tagline: string; language: string | undefined } {
  const order = [locale, 'en', ...Object.keys(texts)]
  const first = (part: 'title' | 'overview' | 'tagline') => order.find((one) => texts[one]?.[part])
  const of = (part: 'title' | 'overview' | 'tagline') => texts[first(part) ?? '']?.[part] ?? ''
  return { title: of('title'), overview: of('overview'), tagline: of('tagline'), language: first('overview') }
}

export function nameIn({ name, names }: { name: string; names: Record<string, string> }, locale: string): string {
  return names[locale] || name
}
