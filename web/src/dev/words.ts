// What the specimens say and show where a film, a person or a server would have been asked.

/** As long as Portuguese gets, and one word that nothing breaks. */
export const long = {
  title: 'O extraordinário e inacreditavelmente demorado regresso de Dona Maria da Conceição às Terras do Sem-Fim',
  word: 'Pneumoultramicroscopicossilicovulcanoconiótico',
  action: 'Encerrar a sessão em todos os aparelhos',
  sentence:
    'Não foi possível guardar as alterações porque outra pessoa mudou este filme enquanto ele era editado aqui. Recarregue a página para ver o que ela escreveu e tente outra vez.',
}

export const blur = 'LHEoz@t70JRj~qM{Rjt70Ks:j[of'

/** The address of a picture that never comes. */
export const broken = 'data:image/png,none'

/** A moon over hills, for a picture that needs no server: how wide and high, and in which hue. */
export function scene(width: number, height: number, hue: number): string {
  const at = (share: number) => Math.round(height * share)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<linearGradient id="s" x2="0" y2="1"><stop stop-color="hsl(${hue} 45% 16%)"/><stop offset="1" stop-color="hsl(${hue + 40} 60% 58%)"/></linearGradient>
<rect width="${width}" height="${height}" fill="url(#s)"/><circle cx="${width * 0.68}" cy="${at(0.3)}" r="${width * 0.09}" fill="#fbeccb"/>
<path d="M0 ${at(0.7)}Q${width * 0.3} ${at(0.5)} ${width * 0.6} ${at(0.74)}T${width} ${at(0.62)}V${height}H0z" fill="hsl(${hue} 40% 18%)"/>
<path d="M0 ${at(0.88)}Q${width * 0.4} ${at(0.7)} ${width} ${at(0.9)}V${height}H0z" fill="hsl(${hue} 45% 9%)"/></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

export const posterArt = { url: scene(400, 600, 215), widths: [400], blurHash: blur }
export const backdropArt = { url: scene(640, 360, 190), widths: [640], blurHash: blur }

export const none = () => {}
