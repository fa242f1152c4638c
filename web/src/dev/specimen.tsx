// What a specimen is: a component in one of its states, and the props that make it, read from the element itself.
import { isValidElement, type ReactElement, type ReactNode, useState } from 'react'

export type Specimen = {
  /** Which state it shows. */
  name: string
  shown: ReactNode
  /** What is written under it, where that is not the element that is shown. */
  made?: ReactElement | string
}

export type Shown = {
  /** The file of src/ui it is in, without its ending. */
  file: string
  /** Several in a line, as many as fit of what is small, or one that has the whole width of the screen. */
  size?: 'small' | 'wide'
  /** Where a component fills a box that is not its own: that box. */
  box?: (shown: ReactNode) => ReactNode
  specimens: Specimen[]
}

/** A component that is told what it shows: the specimen remembers that for it. */
export function held<Value>(
  start: Value,
  make: (value: Value, set: (value: Value) => void) => ReactElement,
): Pick<Specimen, 'shown' | 'made'> {
  return { shown: <Holder start={start} make={make} />, made: make(start, () => {}) }
}

function Holder<Value>({
  start,
  make,
}: {
  start: Value
  make: (value: Value, set: (value: Value) => void) => ReactElement
}) {
  const [value, set] = useState(start)
  return make(value, set)
}

/** A specimen as one would write it: `<Button tone="quiet" disabled>Save</Button>`. */
export function written({ shown, made = isValidElement(shown) ? shown : '' }: Specimen): string {
  return typeof made === 'string' ? made : elementOf(made)
}

function elementOf(element: ReactElement): string {
  const { children, ...props } = element.props as Record<string, unknown>
  const attributes = Object.entries(props)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) =>
      value === true
        ? ` ${name}`
        : typeof value === 'string'
          ? ` ${name}="${cut(value)}"`
          : ` ${name}={${plain(value)}}`,
    )
  const opened = `<${nameOf(element.type)}${attributes.join('')}`
  if (children === undefined) return `${opened} />`
  return `${opened}>${typeof children === 'string' ? cut(children) : '…'}</${nameOf(element.type)}>`
}

function plain(value: unknown): string {
  if (isValidElement(value)) return elementOf(value)
  if (typeof value === 'function') return '…'
  if (Array.isArray(value)) return `[${value.slice(0, 2).map(plain).join(', ')}${value.length > 2 ? ', …' : ''}]`
  if (typeof value === 'string') return `'${cut(value)}'`
  if (typeof value !== 'object' || value === null) return String(value)
  const fields = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([name, one]) => `${name}: ${plain(one)}`)
  return fields.length > 0 ? `{ ${fields.join(', ')} }` : '{}'
}

function cut(text: string): string {
  if (text.startsWith('data:')) return 'data:…'
  return text.length > 40 ? `${text.slice(0, 32).trimEnd()}…` : text
}

/** A component's name, which a memo keeps one step further in. */
function nameOf(type: unknown): string {
  if (typeof type === 'string') return type
  if (typeof type === 'function') return type.name
  return type && typeof type === 'object' && 'type' in type ? nameOf(type.type) : 'Fragment'
}
