// What is pressed, filled in and chosen.
import { Avatar, faces } from '@/ui/Avatar'
import { Button, buttonClass } from '@/ui/Button'
import { Choices } from '@/ui/Choices'
import { Field } from '@/ui/Field'
import { PlayIcon } from '@/ui/icons'
import { ListButton } from '@/ui/ListButton'
import { NewPassword } from '@/ui/NewPassword'
import { Select } from '@/ui/Select'
import { held, type Shown } from '../specimen'
import { long, none } from '../words'

const qualities = [
  { value: 'auto', label: 'Automatic' },
  { value: '1080', label: '1080p' },
  { value: '480', label: '480p' },
]
const sentences = [
  { value: 'one', label: long.action },
  { value: 'other', label: 'Perguntar sempre antes de continuar' },
]
const three = faces.slice(0, 3).map((face) => ({ value: face, label: face, shown: <Avatar face={face} size={56} /> }))

const options = (
  <>
    <option value="en">English</option>
    <option value="pt-BR">Português</option>
  </>
)

export const pressed: Shown[] = [
  {
    file: 'Button',
    specimens: [
      { name: 'At rest', shown: <Button>Save</Button> },
      { name: 'At rest, quiet', shown: <Button tone="quiet">Cancel</Button> },
      { name: 'At rest, plain', shown: <Button tone="plain">Delete account</Button> },
      { name: 'Disabled, as while it is at work', shown: <Button disabled>Save</Button> },
      {
        name: 'Disabled, quiet',
        shown: (
          <Button tone="quiet" disabled>
            Cancel
          </Button>
        ),
      },
      {
        name: 'Disabled, plain',
        shown: (
          <Button tone="plain" disabled>
            Delete account
          </Button>
        ),
      },
      {
        name: 'With a sign',
        shown: (
          <Button>
            <PlayIcon size={18} />
            Watch
          </Button>
        ),
      },
      {
        name: 'A link that looks like one',
        shown: (
          <a href="#button" className={buttonClass('quiet')}>
            Details
          </a>
        ),
        made: "<a className={buttonClass('quiet')}>Details</a>",
      },
      { name: 'Long', shown: <Button>{long.action}</Button> },
    ],
  },
  {
    file: 'ListButton',
    specimens: [
      { name: 'Not known yet', shown: <ListButton listed={undefined} put={none} /> },
      { name: 'Not on the list', ...held(false, (listed, put) => <ListButton listed={listed} put={put} />) },
      { name: 'On the list', ...held(true, (listed, put) => <ListButton listed={listed} put={put} />) },
      { name: 'Bare, not known yet', shown: <ListButton listed={undefined} put={none} bare /> },
      { name: 'Bare, not on the list', ...held(false, (listed, put) => <ListButton listed={listed} put={put} bare />) },
      { name: 'Bare, on the list', ...held(true, (listed, put) => <ListButton listed={listed} put={put} bare />) },
    ],
  },
  {
    file: 'Field',
    specimens: [
      { name: 'At rest', shown: <Field label="Name" /> },
      { name: 'Filled', shown: <Field label="Name" defaultValue="Inês Caldeira" /> },
      { name: 'With an example', shown: <Field label="E-mail" type="email" placeholder="ana@example.org" /> },
      { name: 'With a hint', shown: <Field label="PIN" inputMode="numeric" hint="Four digits" /> },
      {
        name: 'Refused',
        shown: <Field label="E-mail" type="email" defaultValue="ana@" problem="This is not an e-mail address." />,
      },
      { name: 'Disabled', shown: <Field label="E-mail" defaultValue="ana@example.org" disabled /> },
      {
        name: 'Long',
        shown: <Field label={long.title} defaultValue={long.sentence} problem={long.sentence} />,
      },
    ],
  },
  {
    file: 'NewPassword',
    specimens: [
      {
        name: 'At rest; too short, once sent',
        shown: (
          <form className="grid gap-4" onSubmit={(event) => event.preventDefault()}>
            <NewPassword label="New password" defaultValue="" />
            <Button type="submit" tone="quiet" className="justify-self-start">
              Send
            </Button>
          </form>
        ),
        made: <NewPassword label="New password" />,
      },
      {
        name: 'Refused by the server',
        shown: <NewPassword label="New password" problem="This password is known from a leak. Choose another." />,
      },
      { name: 'Disabled', shown: <NewPassword label="New password" disabled /> },
      { name: 'Long', shown: <NewPassword label={long.title} problem={long.sentence} /> },
    ],
  },
  {
    file: 'Select',
    specimens: [
      { name: 'At rest', shown: <Select label="Language">{options}</Select> },
      {
        name: 'Its label read aloud alone',
        shown: (
          <Select label="Language" hideLabel>
            {options}
          </Select>
        ),
      },
      {
        name: 'Disabled',
        shown: (
          <Select label="Language" disabled>
            {options}
          </Select>
        ),
      },
      {
        name: 'Long',
        shown: (
          <Select label={long.title}>
            <option>{long.sentence}</option>
          </Select>
        ),
      },
    ],
  },
  {
    file: 'Choices',
    specimens: [
      {
        name: 'One chosen',
        ...held('auto', (value, set) => <Choices legend="Quality" value={value} options={qualities} onChange={set} />),
      },
      {
        name: 'None chosen yet',
        ...held('', (value, set) => <Choices legend="Quality" value={value} options={qualities} onChange={set} />),
      },
      {
        name: 'Disabled',
        shown: <Choices legend="Quality" value="auto" options={qualities} onChange={none} disabled />,
      },
      {
        name: 'Round pictures',
        ...held<string>('owl', (value, set) => (
          <Choices legend="Face" value={value} options={three} onChange={set} round />
        )),
      },
      {
        name: 'Long',
        ...held('one', (value, set) => (
          <Choices legend={long.title} value={value} options={sentences} onChange={set} />
        )),
      },
    ],
  },
]
