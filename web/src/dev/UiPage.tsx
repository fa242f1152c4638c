// The page /dev/ui, which only the development server has: every shared component in every state, in the real theme. Its own
// sentences are for who works on the app, in English alone. How it is looked at is in its address, to be sent to somebody.
import { i18n } from '@lingui/core'
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterContextProvider,
  useRouter,
  useSearch,
} from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Choices } from '@/ui/Choices'
import { type Shown, type Specimen, written } from './specimen'
import { drawsNothing, groups } from './specimens'
import { type Language, languages, say } from './stretched'
import './page.css'

const widths = [
  { value: '', label: 'As it is' },
  ...['320', '390', '768', '1280'].map((width) => ({ value: width, label: width })),
]

/** A language, and how wide the screen is that is made for the specimens; `bare` is that screen. */
type Looked = { language: Language; width: string; bare: boolean }

export function UiPage() {
  const looked = useLooked()
  useLanguage(looked.language)
  if (looked.bare) return <Specimens />
  return (
    <div className="dev-page">
      <aside className="dev-side">
        <h1 className="text-lg">Components</h1>
        <Controls {...looked} />
        <Contents {...looked} />
      </aside>
      <main className="dev-main">{looked.width ? <Screen {...looked} /> : <Specimens />}</main>
    </div>
  )
}

function useLooked(): Looked {
  const { language, width, bare } = useSearch({ strict: false }) as Record<string, unknown>
  const [first] = useState(() => i18n.locale as Language)
  return {
    language: languages.find((one) => one.value === language)?.value ?? first,
    width: widths.find((one) => one.value === String(width))?.value ?? '',
    bare: bare === true,
  }
}

/** Speaks as the address says, and as before once the page is left. */
function useLanguage(language: Language) {
  const [before] = useState(() => i18n.locale as Language)
  useEffect(() => {
    void say(language)
    return () => void say(before)
  }, [language, before])
}

const addressOf = ({ language, width, bare }: Looked) => {
  const search = new URLSearchParams({ language, ...(width && { width }), ...(bare && { bare: 'true' }) })
  return `/dev/ui?${search}`
}

function Controls(looked: Looked) {
  const { history } = useRouter()
  const look = (change: Partial<Looked>) => history.replace(addressOf({ ...looked, ...change }) + window.location.hash)
  return (
    <div className="dev-controls">
      <Choices
        legend="Language"
        value={looked.language}
        options={languages}
        onChange={(language) => look({ language })}
      />
      <Choices legend="Width" value={looked.width} options={widths} onChange={(width) => look({ width })} />
    </div>
  )
}

const idOf = ({ file }: Shown) => file.toLowerCase()

function Contents(looked: Looked) {
  // Where a screen stands for the page, it is that one that goes there.
  const to = looked.width ? { address: addressOf({ ...looked, width: '', bare: true }), target: 'screen' } : undefined
  return (
    <nav aria-label="Contents" className="dev-contents">
      {groups.map(({ name, components }) => (
        <div key={name}>
          <p className="text-sm text-faint">{name}</p>
          <ul>
            {components.map((one) => (
              <li key={one.file}>
                <a
                  href={`${to?.address ?? ''}#${idOf(one)}`}
                  target={to?.target}
                  className="text-soft transition-colors hover:text-ink"
                >
                  {one.file}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

/** The specimens on a screen of a width: a page of its own, for whose width the theme asks. */
function Screen(looked: Looked) {
  const [hash] = useState(window.location.hash)
  return (
    <iframe
      name="screen"
      title={`Components, ${looked.width} pixels wide`}
      src={addressOf({ ...looked, width: '', bare: true }) + hash}
      className="dev-screen"
      style={{ width: `${looked.width}px` }}
    />
  )
}

function Specimens() {
  // A film's card is a link. Here it leads to a map without a place: nothing is asked of a server, and the page stays.
  const [nowhere] = useState(() =>
    createRouter({ routeTree: createRootRoute(), history: createMemoryHistory(), defaultPreload: false }),
  )
  return (
    <RouterContextProvider router={nowhere as never}>
      {groups.flatMap(({ components }) => components.map((one) => <Component key={one.file} {...one} />))}
      <section id="nothing" aria-labelledby="nothing-title" className="dev-component">
        <h2 id="nothing-title" className="text-xl">
          With nothing to see
        </h2>
        <dl>
          {Object.entries(drawsNothing).map(([file, why]) => (
            <div key={file}>
              <dt>{file}</dt>
              <dd className="text-soft">{why}</dd>
            </div>
          ))}
        </dl>
      </section>
    </RouterContextProvider>
  )
}

function Component(component: Shown) {
  const { file, specimens, size = 'middle', box = (shown) => shown } = component
  const id = idOf(component)
  return (
    <section id={id} aria-labelledby={`${id}-title`} className="dev-component">
      <h2 id={`${id}-title`} className="text-xl">
        <a href={`#${id}`}>{file}</a>
      </h2>
      <div className={`dev-specimens dev-${size}`}>
        {specimens.map((one: Specimen) => (
          <figure key={one.name} aria-label={`${file}: ${one.name}`} className="dev-specimen">
            <figcaption>
              <p className="text-sm">{one.name}</p>
              <code className="text-sm text-faint">{written(one)}</code>
            </figcaption>
            <div className="dev-stage">{box(one.shown)}</div>
          </figure>
        ))}
      </div>
    </section>
  )
}
