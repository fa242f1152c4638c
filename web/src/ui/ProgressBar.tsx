type Tone = 'accent' | 'good' | 'bad' | 'soft'
const tones: Record<Tone, string> = { accent: 'bg-accent', good: 'bg-good', bad: 'bg-bad', soft: 'bg-white/40' }

/** A thin bar, 0 to 1. Scaled, not resized, so progress costs no layout. */
export function ProgressBar({ value, label, tone = 'accent' }: { value: number; label: string; tone?: Tone }) {
  const share = Math.min(1, Math.max(0, value))
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      className="h-[3px] w-full overflow-hidden rounded-full bg-white/10"
    >
      <div
        className={`h-full w-full origin-left rounded-full transition-transform ${tones[tone]}`}
        style={{ transform: `scaleX(${share})` }}
      />
    </div>
  )
}
