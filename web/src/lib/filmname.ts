// What release names put after the title: everything from the first of these on is not the title.
const noise =
  /\b(2160p|1080p|720p|480p|4k|uhd|bluray|blu-ray|bdrip|brrip|web-?dl|web-?rip|hdtv|hdrip|dvdrip|remux|x26[45]|h\.?26[45]|hevc|avc|av1|aac|ac3|dts|dual|dublado|legendado|proper|extended|unrated)\b/i

/** Guesses a film's title from its file name: "O.Farol.de.Vidro.2023.1080p.mkv" → "O Farol de Vidro". */
export function titleFromFileName(fileName: string): string {
  const base = fileName.replace(/^.*[\\/]/, '').replace(/\.[a-z0-9]{2,5}$/i, '')
  const spaced = base
    .replace(/[._]+/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/[[{(].*?[\]})]/g, (inside) => (/\d{4}/.test(inside) ? inside : ' '))
    .trim()
  const cut = [spaced.search(noise), spaced.search(/(?<=\S\s)[([]?(19|20)\d{2}[)\]]?(\s|$)/)].filter((at) => at > 0)
  const title = (cut.length > 0 ? spaced.slice(0, Math.min(...cut)) : spaced).replace(/[\s\-–([]+$/, '').trim()
  return title || base
}

const films = /\.(mp4|m4v|mov|qt|mkv|webm|avi|ts|m2ts|mts|mpe?g|vob|wmv|asf|flv|f4v|3gp|3g2|ogv|mxf|divx)$/i

/** Whether a dropped file may be a film, by its name and by what the browser says of it. The server judges the bytes. */
export function looksLikeFilm(file: { name: string; type: string }): boolean {
  return file.type.startsWith('video/') || films.test(file.name)
}
