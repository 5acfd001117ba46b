import { cutBytes } from '../../tool/plain-text.ts'
import { TEXT_BYTES } from '../../tool/readable-text.ts'
import { RECORD_TEXTS } from '../../tool/record-texts.ts'
import { fitItems } from './fit.ts'
import type { Item, Told } from './timeline.ts'

const OWN_BYTES = TEXT_BYTES - RECORD_TEXTS.length - 2
/** Of the sentences that lead on. */
const ON_BYTES = 150

export type TimelineText = {
  /** Items that it shows, of those that happened. */
  readonly shown: number
  /** @param cursor of what comes behind these */
  readonly with: (cursor: string | undefined) => string
}

/**
 * @param longest bytes of a cursor
 * @param leftText says how many more are planned than these
 */
export function timelineText(
  told: Omit<Told, 'cursor' | 'more'>,
  longest: number,
  leftText: (shown: readonly Item[]) => readonly string[],
): TimelineText {
  const frame = frameOf(told)
  const bytes = OWN_BYTES - Buffer.byteLength(frame.join('\n\n')) - longest - ON_BYTES - 100
  const { planned, items } = fitItems({ planned: told.planned ?? [], items: told.items }, bytes, sizeOf)
  const whole = (cursor: string | undefined): string =>
    [
      ...frame,
      ...plannedText(planned, leftText(planned)),
      ...(items.length > 0 ? [`Happened, newest first:\n${items.map(lines).join('\n')}`] : []),
      ...(cursor === undefined ? [] : [`More happened before: go on with ${JSON.stringify({ cursor })}`]),
    ].join('\n\n')
  return { shown: items.length, with: (cursor) => cutBytes(whole(cursor), OWN_BYTES) }
}

function plannedText(planned: readonly Item[], more: readonly string[]): readonly string[] {
  return planned.length > 0 ? [['Planned, soonest first:', ...planned.map(lines), ...more].join('\n')] : more
}

type Frame = Pick<
  Told,
  'of' | 'asOf' | 'timeZone' | 'since' | 'until' | 'notes' | 'interpreted' | 'history' | 'recordLink'
>

function frameOf({
  of,
  asOf,
  timeZone,
  since,
  until,
  notes = [],
  interpreted = [],
  history,
  recordLink,
}: Frame): string[] {
  const range = [...(since ? [`since ${since}`] : []), ...(until ? [`before ${until}`] : [])].join(' ')
  const zone = timeZone === undefined ? 'UTC' : timeZone
  return [
    `Timeline of ${of.id} ${quoted(of.title)}, as of ${asOf} (${zone})${range && `, ${range}`}`,
    ...notes,
    ...interpreted,
    history,
    `Link to a record, the parts of its id in place of the braces: ${recordLink}`,
  ]
}

function sizeOf(item: Item): number {
  return Buffer.byteLength(lines(item)) + 1
}

/** Names and titles, which a stranger may have written, stand in quotes that they cannot end, texts behind a mark on each line. */
function lines(item: Item): string {
  const {
    when = 'no date',
    kind,
    id,
    direction,
    state,
    title,
    who = [],
    by,
    regarding,
    on,
    text,
    changes = [],
    file,
    files = file ? [file] : [],
    moreFiles = 0,
  } = item
  const facts = [
    [kind, direction, state].filter((word) => word !== undefined).join(', '),
    ...(id === undefined ? [] : [id]),
    ...(title === undefined ? [] : [quoted(title)]),
    ...(who.length > 0 ? [`who: ${who.map(quoted).join(', ')}`] : []),
    ...(by === undefined ? [] : [`by ${quoted(by)}`]),
    ...[on, regarding].flatMap((one, at) =>
      one ? [`${at === 0 ? 'of' : 'regarding'} ${one.id} ${quoted(one.title)}`] : [],
    ),
    ...(files.length > 0 ? [`${files.length === 1 ? 'file' : 'files'} ${filesText(files, moreFiles)}`] : []),
  ]
  const changed = changes.map(({ label, from, to }) => `  ${quoted(label)}: ${valueText(from)} → ${valueText(to)}`)
  const said = (text ?? '').split('\n').flatMap((line) => (line.trim() === '' ? [] : [`  > ${line.trim()}`]))
  return [`- ${when} | ${facts.join(' | ')}`, ...changed, ...said].join('\n')
}

function filesText(files: NonNullable<Item['files']>, left: number): string {
  const told = files.map(({ name, type, size }) => {
    const facts = [...(type === undefined ? [] : [quoted(type)]), ...(size === undefined ? [] : [`${size} bytes`])]
    return `${quoted(name)}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`
  })
  return [...told, ...(left > 0 ? [`and ${left} more`] : [])].join(', ')
}

function valueText(value: string | undefined): string {
  return value === undefined ? '(empty)' : quoted(value)
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
