// What tells how things stand: there, on their way, empty, broken.
import { type ReactNode, useState } from 'react'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Doorway } from '@/ui/Doorway'
import { ErrorBoundary } from '@/ui/ErrorBoundary'
import { Field } from '@/ui/Field'
import { ProgressBar } from '@/ui/ProgressBar'
import { RowFailed } from '@/ui/RowFailed'
import { Section } from '@/ui/Section'
import { Skeleton } from '@/ui/Skeleton'
import { State } from '@/ui/State'
import { toast } from '@/ui/toast'
import { held, type Shown, type Specimen } from '../specimen'
import { long, none } from '../words'

function Asked({ title, children }: { title: string; children: (close: () => void) => ReactNode }) {
  const [open, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <>
      <Button tone="quiet" onClick={() => setOpen(true)}>
        Open
      </Button>
      <Dialog open={open} title={title} close={close}>
        {children(close)}
      </Dialog>
    </>
  )
}

const asked = (name: string, title: string, children: (close: () => void) => ReactNode): Specimen => ({
  name,
  shown: <Asked title={title}>{children}</Asked>,
  made: (
    <Dialog open title={title} close={none}>
      {children(none)}
    </Dialog>
  ),
})

const answers = (close: () => void, yes: string, no: string, busy = false) => (
  <div className="mt-6 flex flex-wrap justify-end gap-2">
    <Button tone="quiet" onClick={close}>
      {no}
    </Button>
    <Button onClick={close} disabled={busy}>
      {yes}
    </Button>
  </div>
)

function Broken(): ReactNode {
  throw new Error('a specimen that breaks, so that the boundary around it is seen')
}

const said = (name: string, made: string, say: () => void): Specimen => ({
  name,
  shown: (
    <Button tone="quiet" onClick={say}>
      Say it
    </Button>
  ),
  made,
})

export const told: Shown[] = [
  {
    file: 'State',
    size: 'wide',
    specimens: [
      { name: 'Empty', shown: <State fill={false}>Your list is empty.</State> },
      {
        name: 'Empty, with what to do',
        shown: (
          <State fill={false} action={<Button>Browse</Button>}>
            Your list is empty. Films you put on it wait here.
          </State>
        ),
      },
      {
        name: 'Failed',
        shown: (
          <State fill={false} role="alert" action={<Button tone="quiet">Try again</Button>}>
            The server cannot be reached.
          </State>
        ),
      },
      {
        name: 'Long',
        shown: (
          <State fill={false} action={<Button>{long.action}</Button>}>
            {long.sentence}
          </State>
        ),
      },
      {
        name: 'With the whole screen to itself',
        shown: <State action={<Button>Go to the library</Button>}>There is nothing at this address.</State>,
      },
    ],
  },
  {
    file: 'ErrorBoundary',
    size: 'wide',
    specimens: [
      {
        name: 'Whole',
        shown: (
          <ErrorBoundary fallback={(retry) => <RowFailed retry={retry} />}>
            <p>What is inside stands.</p>
          </ErrorBoundary>
        ),
      },
      {
        name: 'Broken, until it is tried again',
        ...held(true, (breaks, set) => {
          const mend = (retry: () => void) => () => {
            set(false)
            retry()
          }
          return (
            <ErrorBoundary fallback={(retry) => <RowFailed retry={mend(retry)} />}>
              {breaks ? <Broken /> : <p>What is inside stands again.</p>}
            </ErrorBoundary>
          )
        }),
      },
    ],
  },
  {
    file: 'Skeleton',
    specimens: [
      { name: 'A line', shown: <Skeleton className="h-3.5 w-[70%] rounded-full" /> },
      { name: 'A title', shown: <Skeleton className="h-7 w-36 rounded-poster" /> },
      { name: 'A still', shown: <Skeleton className="aspect-video w-full rounded-poster" /> },
    ],
  },
  {
    file: 'ProgressBar',
    size: 'small',
    specimens: [
      { name: 'Not begun', shown: <ProgressBar value={0} label="Upload" /> },
      { name: 'At work', shown: <ProgressBar value={0.4} label="Upload" /> },
      { name: 'Done', shown: <ProgressBar value={1} label="Upload" tone="good" /> },
      { name: 'Failed', shown: <ProgressBar value={0.6} label="Upload" tone="bad" /> },
      { name: 'Waiting', shown: <ProgressBar value={0.2} label="Upload" tone="soft" /> },
      { name: 'Told more than all', shown: <ProgressBar value={3} label="Upload" /> },
    ],
  },
  {
    file: 'toast',
    size: 'small',
    specimens: [
      said('One sentence', "toast('Saved.')", () => toast('Saved.')),
      said('With a way back', "toast('…', { label: 'Undo', run })", () =>
        toast('Sertão Azul is off the row.', { label: 'Undo', run: none }),
      ),
      said('Long', `toast('${long.sentence.slice(0, 24)}…', { label: 'Desfazer', run })`, () =>
        toast(long.sentence, { label: 'Desfazer', run: none }),
      ),
      said('More than it holds: the last three', "[1, 2, 3, 4].map((n) => toast('Sentence ' + n))", () => {
        for (const number of [1, 2, 3, 4]) toast(`Sentence ${number}`)
      }),
    ],
  },
  {
    file: 'Dialog',
    specimens: [
      asked('A question', 'Delete the film?', (close) => (
        <>
          <p className="mt-3 text-soft">What was made of it is deleted with it.</p>
          {answers(close, 'Delete', 'Keep it')}
        </>
      )),
      asked('At work', 'Delete the film?', (close) => answers(close, 'Delete', 'Keep it', true)),
      asked('Failed', 'Delete the film?', (close) => (
        <>
          <p role="alert" className="mt-3 text-sm text-bad">
            The film is still there: the server did not answer.
          </p>
          {answers(close, 'Try again', 'Keep it')}
        </>
      )),
      asked('With a field', 'Invite someone', (close) => (
        <div className="mt-4">
          <Field label="E-mail" type="email" />
          {answers(close, 'Invite', 'Cancel')}
        </div>
      )),
      asked('Long', long.title, (close) => (
        <>
          <p className="mt-3 text-soft">{long.sentence}</p>
          {answers(close, long.action, 'Deixar tudo como está')}
        </>
      )),
    ],
  },
  {
    file: 'Section',
    size: 'wide',
    box: (shown) => <div className="page-x">{shown}</div>,
    specimens: [
      {
        name: 'A part of a page',
        shown: (
          <Section title="Devices">
            <p className="text-soft">Chrome on Android, seen today.</p>
          </Section>
        ),
      },
      {
        name: 'Long',
        shown: (
          <Section title={long.title}>
            <p className="text-soft">{long.sentence}</p>
          </Section>
        ),
      },
    ],
  },
  {
    file: 'Doorway',
    size: 'wide',
    specimens: [
      {
        name: 'With what it is about',
        shown: (
          <Doorway title="Sign in" intro="With the e-mail you were invited by.">
            <Field label="E-mail" type="email" />
          </Doorway>
        ),
      },
      {
        name: 'Long',
        shown: (
          <Doorway title={long.title} intro={long.sentence}>
            <Button>{long.action}</Button>
          </Doorway>
        ),
      },
    ],
  },
]
