import { useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { useSubtitleRequests, useSubtitleState, useSubtitles } from '../subtitles/context'
import { backgrounds, colors, delayed, sizes } from '../subtitles/store'
import { Aside, Column, Option } from './Column'

/** Off, or one of the film's; and while words are shown, when they come and how they look. */
export function SubtitleColumn() {
  const { t } = useLingui()
  const { all, chosen, shown } = useSubtitles()
  const { choose } = useSubtitleRequests()
  if (all.length === 0) return null
  return (
    <Column title={t`Subtitles`}>
      <Option chosen={chosen === null} choose={() => choose(null)}>
        {t`Off`}
      </Option>
      {all.map((one) => (
        <Option key={one.id} chosen={one === chosen} choose={() => choose(one)}>
          <span className="max-w-60 truncate">{one.label}</span> {one.forced && <Aside>{t`forced`}</Aside>}
          {one.sdh && !one.label.includes('SDH') && <Aside>SDH</Aside>}
        </Option>
      ))}
      {shown && <Look />}
    </Column>
  )
}

function Look() {
  const { t, i18n } = useLingui()
  const delay = useSubtitleState((state) => state.delay)
  const look = useSubtitleState((state) => state.look)
  const { setDelay, setLook } = useSubtitleRequests()
  const percent = (share: number) => i18n.number(share, { style: 'percent' })
  const names: Record<string, string> = {
    '#ffffff': t`White`,
    '#ffff00': t`Yellow`,
    '#00ff00': t`Green`,
    '#00ffff': t`Cyan`,
  }
  const seconds = (value: number) => i18n.number(value, { signDisplay: 'exceptZero', minimumFractionDigits: 1 })
  const later = (by: number) => (
    <Choice choose={() => setDelay(delayed(delay, by))} label={`${t`Delay`} ${seconds(by)} s`}>
      {seconds(by)}
    </Choice>
  )
  return (
    <div className="grid gap-1 px-2 py-2 sm:px-3">
      <Row title={t`Delay`}>
        {later(-0.5)}
        {later(-0.1)}
        <output className="w-14 text-center text-sm text-ink tabular-nums">{`${seconds(delay)} s`}</output>
        {later(0.1)}
        {later(0.5)}
      </Row>
      <Row title={t`Size`}>
        {sizes.map((size) => (
          <Choice key={size} chosen={size === look.size} choose={() => setLook({ size })}>
            {percent(size)}
          </Choice>
        ))}
      </Row>
      <Row title={t`Color`}>
        {colors.map((color) => (
          <Choice key={color} chosen={color === look.color} choose={() => setLook({ color })} label={names[color]}>
            <span
              className="mx-auto block size-4 rounded-full"
              style={{
                backgroundColor: color,
                outline: color === look.color ? '2px solid var(--color-accent)' : '',
                outlineOffset: 3,
              }}
            />
          </Choice>
        ))}
      </Row>
      <Row title={t`Background`}>
        {backgrounds.map((background) => (
          <Choice key={background} chosen={background === look.background} choose={() => setLook({ background })}>
            {percent(background)}
          </Choice>
        ))}
      </Row>
    </div>
  )
}

function Row({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="min-w-0">
      <legend className="float-left w-full text-sm text-faint">{title}</legend>
      <div className="clear-both flex items-center">{children}</div>
    </fieldset>
  )
}

type ChoiceProps = { chosen?: boolean; choose: () => void; label?: string; children: ReactNode }

function Choice({ chosen, choose, label, children }: ChoiceProps) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      aria-label={label}
      title={label}
      onClick={choose}
      className="h-10 w-11 rounded-poster text-sm text-soft tabular-nums transition-colors hover:bg-white/8 hover:text-ink aria-pressed:text-accent"
    >
      {children}
    </button>
  )
}
