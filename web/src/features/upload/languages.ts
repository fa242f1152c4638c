const common =
  'pt-BR pt-PT en es es-419 fr de it ja ko zh-Hans zh-Hant ru uk pl cs sk hu ro bg el tr ar he fa hi id vi th nl sv da nb fi et lv lt hr sr sl ca gl eu'.split(
    ' ',
  )

/** Languages by their names in the app's own, with the one that is chosen; the viewer's first. */
export function languages(locale: string, chosen: string): { tag: string; name: string }[] {
  const names = new Intl.DisplayNames([locale], { type: 'language' })
  return [...new Set([chosen, ...common])]
    .map((tag) => ({ tag, name: names.of(tag) ?? tag }))
    .sort((a, b) => a.name.localeCompare(b.name, locale))
}

/** What a file's name says of its language: film.pt-BR.srt. */
export function languageIn(name: string): string | undefined {
  for (const part of name.split('.').slice(1, -1).reverse()) {
    if (!/^[a-z]{2}([-_][a-z0-9]{2,4})?$/i.test(part)) continue
    const [tag] = Intl.getCanonicalLocales(part.replace('_', '-'))
    if (tag) return tag
  }
}
