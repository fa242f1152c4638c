import type { ButtonHTMLAttributes } from 'react'

type Tone = 'primary' | 'quiet' | 'plain'

const tones: Record<Tone, string> = {
  primary: 'bg-white text-ground hover:bg-ink disabled:bg-soft',
  quiet: 'bg-white/10 text-ink hover:bg-white/16',
  plain: 'text-soft hover:text-ink',
}

/** One look for everything that is pressed; links borrow it. A screen has one primary action. */
export function buttonClass(tone: Tone = 'primary', extra = ''): string {
  const pad = tone === 'plain' ? 'px-2' : 'px-5'
  return `inline-flex h-11 shrink-0 items-center justify-center gap-2 rounded-poster ${pad} text-base font-medium whitespace-nowrap select-none transition-colors disabled:opacity-60 ${tones[tone]} ${extra}`
}

export function Button({ tone, className, ...rest }: ButtonHTMLAttributes<HTMLButtonElement> & { tone?: Tone }) {
  return <button type="button" {...rest} className={buttonClass(tone, className)} />
}
