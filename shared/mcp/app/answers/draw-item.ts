import { element } from '../element.ts'
import { linked, type OpenRecord } from '../table.ts'
import type { Talk, TextKey } from '../words/words.ts'
import type { Item } from './timeline.ts'

export type Teller = {
  readonly talk: Talk
  readonly open: OpenRecord | undefined
  /** With places for table and id. */
  readonly recordLink: string | undefined
}

type Line = readonly (Node | string)[]

const KINDS: Readonly<Record<string, TextKey>> = {
  email: 'email',
  call: 'call',
  meeting: 'meeting',
  task: 'task',
  letter: 'letter',
  fax: 'letter',
  note: 'note',
  change: 'change',
  close: 'close',
}
const RECORD = /^([a-z]\w*)\/([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i
const TIME = /^\d{4}-\d{2}-\d{2}T(\d{2}:\d{2})/
const LONG_TEXT = 400

/** One entry: what it is and when, who, about what, and what stands in it. */
export function drawItem(item: Item, teller: Teller, isDated: boolean): HTMLElement[] {
  const { talk } = teller
  const { title, who = [], by, regarding, on, text, changes = [] } = item
  const named = title === undefined ? [] : [' ', element('b', { dir: 'auto' }, recordNamed(title, item.id, teller))]
  const people = [...(who.length > 0 ? [partiesText(who)] : []), ...(by ? [talk.text('byWhom', { name: by })] : [])]
  const about = [regarding, on].flatMap((one) => (one ? [aboutLine(one, teller)] : []))
  return [
    element('p', { class: 'entry' }, ...headOf(item, talk, isDated), ...named),
    ...(people.length > 0 ? [element('p', { class: 'about', dir: 'auto' }, people.join(' · '))] : []),
    ...about.map((line) => element('p', { class: 'about', dir: 'auto' }, ...line)),
    ...(changes.length > 0 ? [drawChanges(changes, talk)] : []),
    ...(text ? drawText(text, talk) : []),
    ...fileLines(item, talk).map((line) => element('p', { class: 'about', dir: 'auto' }, line)),
  ]
}

function headOf({ when, kind, direction, state }: Item, talk: Talk, isDated: boolean): Line {
  const at = when === undefined ? undefined : element('time', { datetime: when }, timeText(when, talk, isDated))
  const words = [
    talk.text(Object.hasOwn(KINDS, kind) ? (KINDS[kind] ?? 'activity') : 'activity'),
    ...(direction ? [talk.text(direction)] : []),
  ]
  const mark =
    state === undefined || state === 'planned' ? [] : [' ', element('strong', { class: state }, talk.text(state))]
  return [
    ...(at ? [at, element('span', { class: 'kind' }, ' · ')] : []),
    element('span', { class: 'kind' }, words.join(', ')),
    ...mark,
  ]
}

/** Whoever an arrow leads to follows whom it comes from. */
function partiesText(who: readonly string[]): string {
  return who.map((one, at) => (at === 0 ? one : one.startsWith('→') ? ` ${one}` : `, ${one}`)).join('')
}

/** As a clock shows it where the person is; of what is planned the day, too. */
function timeText(when: string, { locale }: Talk, isDated: boolean): string {
  const [, clock] = TIME.exec(when) ?? []
  const wall = new Date(`${when.slice(0, 10)}T${clock ?? '00:00'}Z`)
  if (Number.isNaN(wall.valueOf())) return when
  const time = clock === undefined ? {} : ({ timeStyle: 'short' } as const)
  const day = isDated || clock === undefined ? ({ dateStyle: 'medium' } as const) : {}
  return new Intl.DateTimeFormat(locale, { ...time, ...day, timeZone: 'UTC' }).format(wall)
}

function recordNamed(title: string, id: string | undefined, { open, recordLink }: Teller): Node | string {
  const [, entity, key] = RECORD.exec(id ?? '') ?? []
  const record = entity !== undefined && key !== undefined ? { record: { id: key, entity } } : {}
  return linked({ text: title, sort: undefined, ...record }, recordLink, open)
}

function aboutLine({ id, title }: NonNullable<Item['regarding']>, teller: Teller): Line {
  const [before = '', after = ''] = teller.talk.text('regarding').split('{title}')
  return [before, recordNamed(title, id, teller), after]
}

function drawChanges(changes: NonNullable<Item['changes']>, talk: Talk): HTMLElement {
  const told = (value: string | undefined): string => (value === undefined || value === '' ? talk.text('empty') : value)
  const lines = changes.map(({ label, from, to }) =>
    element('li', { dir: 'auto' }, `${label}: ${talk.text('fromTo', { from: told(from), to: told(to) })}`),
  )
  return element('ul', { class: 'changes' }, ...lines)
}

/** What anybody may have written: text, and never more than that. */
function drawText(text: string, talk: Talk): HTMLElement[] {
  const whole = element('p', { class: 'text', dir: 'auto' }, text)
  if (text.length <= LONG_TEXT) return [whole]
  return [
    element(
      'details',
      {},
      element('summary', {}, `${talk.text('wholeText')}: ${text.slice(0, 80).toWellFormed()}…`),
      whole,
    ),
  ]
}

function fileLines({ file, files = file ? [file] : [], moreFiles = 0 }: Item, talk: Talk): string[] {
  const lines = files.map((one) => fileLine(one, talk))
  return moreFiles > 0 ? [...lines, `… +${new Intl.NumberFormat(talk.locale).format(moreFiles)}`] : lines
}

function fileLine({ name, size }: NonNullable<Item['file']>, talk: Talk): string {
  const kilobytes = { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 1 } as const
  const large = size === undefined ? '' : `, ${new Intl.NumberFormat(talk.locale, kilobytes).format(size / 1_000)}`
  return `${talk.text('file')}: ${name}${large}`
}
