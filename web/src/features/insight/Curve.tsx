import { Trans, useLingui } from '@lingui/react/macro'
import { type PointerEvent, useId, useState } from 'react'
import { clock } from '@/lib/time'

type Props = { title: string; about: string; parts: number[]; seconds: number; bars?: boolean }

const tall = 40
const places = [0, 0.25, 0.5, 0.75, 1]

/**
 * What the hundredths of a film say, along its length: a curve, or bars. Who points at it is told the moment and its
 * value; who cannot see it, or wants numbers, opens the table.
 */
export function Curve({ title, about, parts, seconds, bars = false }: Props) {
  const { t, i18n } = useLingui()
  const [at, setAt] = useState<number | null>(null)
  const id = useId()
  const percent = (value: number) => i18n.number(value, { style: 'percent' })
  const moment = (part: number) => clock((seconds * part) / parts.length)
  const point = (event: PointerEvent) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    const part = Math.floor(((event.clientX - left) / width) * parts.length)
    setAt(Math.min(parts.length - 1, Math.max(0, part)))
  }
  const here = at !== null && { from: moment(at), value: percent(parts[at] ?? 0) }
  return (
    <section aria-labelledby={id} className="border-t border-line py-8">
      <h2 id={id} className="text-lg">
        {title}
      </h2>
      <p className="mt-1 mb-4 max-w-[560px] text-sm text-faint">{about}</p>
      <div className="grid grid-cols-[auto_1fr] gap-x-3 text-sm text-faint tabular-nums">
        <div aria-hidden="true" className="flex flex-col justify-between text-right leading-4">
          <span>{percent(1)}</span>
          <span>{percent(0.5)}</span>
          <span>{percent(0)}</span>
        </div>
        <div className="relative">
          {here && (
            <p
              aria-hidden="true"
              className="pointer-events-none absolute top-2 right-2 rounded-poster bg-ground/80 px-2 py-1 text-base text-ink"
            >
              {here.from} · {here.value}
            </p>
          )}
          <svg
            role="img"
            aria-label={summary()}
            viewBox={`0 0 ${parts.length} ${tall}`}
            preserveAspectRatio="none"
            className="h-40 w-full touch-pan-y"
            onPointerMove={point}
            onPointerDown={point}
            onPointerLeave={() => setAt(null)}
          >
            {[0, 0.5, 1].map((level) => (
              <path
                key={level}
                d={`M0 ${tall * level}H${parts.length}`}
                stroke="currentColor"
                strokeOpacity="0.2"
                {...thin}
              />
            ))}
            {bars ? (
              <path d={barsOf(parts)} className="fill-accent" />
            ) : (
              <>
                <path d={`${curveOf(parts)}V${tall}H0Z`} className="fill-accent" fillOpacity="0.2" />
                <path
                  d={curveOf(parts)}
                  className="text-accent"
                  fill="none"
                  stroke="currentColor"
                  {...thin}
                  strokeWidth="2"
                />
              </>
            )}
            {at !== null && <path d={`M${at + 0.5} 0V${tall}`} className="text-ink" stroke="currentColor" {...thin} />}
          </svg>
        </div>
        <span />
        <div aria-hidden="true" className="mt-2 flex justify-between">
          {places.map((place) => (
            <span key={place} className="max-sm:even:hidden">
              {moment(place * parts.length)}
            </span>
          ))}
        </div>
      </div>
      <details className="mt-4 text-sm">
        <summary className="w-max rounded-poster py-2 text-soft hover:text-ink">
          <Trans>As a table</Trans>
        </summary>
        <Table caption={title} parts={parts} moment={moment} percent={percent} />
      </details>
    </section>
  )

  function summary(): string {
    if (bars) {
      const most = moment(parts.indexOf(Math.max(...parts)))
      return t`${title}: the most watched part begins at ${most}.`
    }
    const half = parts.findIndex((value) => value < 0.5)
    const end = percent(parts.at(-1) ?? 0)
    if (half < 0) return t`${title}: more than half came to the end, ${end}.`
    const when = moment(half)
    return t`${title}: half were there until ${when}, and ${end} came to the end.`
  }
}

const thin = { vectorEffect: 'non-scaling-stroke' } as const

const curveOf = (parts: number[]) =>
  `M0 ${tall * (1 - (parts[0] ?? 0))}${parts.map((value, part) => `L${part + 0.5} ${round(tall * (1 - value))}`).join('')}H${parts.length}`

const barsOf = (parts: number[]) =>
  parts.map((value, part) => `M${part + 0.1} ${tall}v${-round(tall * value)}h.8V${tall}z`).join('')

const round = (n: number) => Math.round(n * 100) / 100

/** Every twentieth of the film: a hundred lines would be read by nobody. */
function Table({
  caption,
  parts,
  moment,
  percent,
}: {
  caption: string
  parts: number[]
  moment: (part: number) => string
  percent: (value: number) => string
}) {
  const step = Math.max(1, Math.round(parts.length / 20))
  const rows = parts.flatMap((value, part) => (part % step === 0 ? [{ part, value }] : []))
  return (
    <div className="max-h-[40dvh] max-w-[560px] overflow-y-auto">
      <table className="w-full tabular-nums">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="text-faint">
            <th scope="col" className="py-1 text-left font-normal">
              <Trans>From</Trans>
            </th>
            <th scope="col" className="py-1 text-right font-normal">
              <Trans>Share</Trans>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ part, value }) => (
            <tr key={part} className="border-t border-line text-soft">
              <th scope="row" className="py-1 text-left font-normal">
                {moment(part)}
              </th>
              <td className="py-1 text-right">{percent(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
