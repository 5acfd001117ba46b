import { isoInZone } from '../../../dataverse/local-time.ts'
import type { FoundBodies } from '../../../dataverse/records/timeline/bodies.ts'
import { kindWord, NOTES } from '../../../dataverse/records/timeline/kinds.ts'
import type { Head } from '../../../dataverse/records/timeline/when.ts'
import { formatReference } from '../../../dataverse/records/record-reference.ts'
import type { Row } from '../../../dataverse/rows/rows.ts'
import { hasFile } from '../../../dataverse/records/file-text.ts'
import { plainLine } from '../../tool/plain-text.ts'
import { wordsOf } from '../fetch/record-text.ts'
import type { TellableChange } from './changes/histories.ts'
import type { Entry } from './read/sort-heads.ts'
import type { Item } from './timeline.ts'

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const LOOKUP_ENTITY = '@Microsoft.Dynamics.CRM.lookuplogicalname'
const LONGEST_NAME = 100
const LONGEST_TITLE = 200
const MOST_PARTIES = 10
const MOST_FILES = 10
/** Of `participationtypemask`: sender and organizer; to, cc, bcc and attendees. */
const FROM: ReadonlySet<unknown> = new Set([1, 7])
const TO: ReadonlySet<unknown> = new Set([2, 3, 4, 5, 6])
/** Before each who was written to, called or invited. */
const TOWARDS = '→ '

/** By what items are told. */
export type Telling = {
  /** Id of the record whose timeline it is. */
  readonly of: string
  /** IANA. */
  readonly zone: string
  /** Epoch milliseconds. */
  readonly now: number
}

export function entryItem({ head, change }: Entry, bodies: FoundBodies, telling: Telling): Item {
  return head ? itemOf(head, bodies, telling) : changeItem(change, telling)
}

const MOST_COLUMNS = 20

function changeItem({ of, at, action = '', by = '', columns }: TellableChange, telling: Telling): Item {
  const [title, who] = [plainLine(action, LONGEST_TITLE), plainLine(by, LONGEST_NAME)]
  const on = { id: formatReference({ entity: of.entity.name, id: of.id }), title: lineOf(of.name, LONGEST_NAME) }
  const left = columns.length - MOST_COLUMNS
  return {
    when: isoInZone(at, telling.zone),
    kind: 'change',
    ...(title && { title }),
    ...(who && { by: who }),
    ...(of.id !== telling.of && { on }),
    ...(columns.length > 0 && { changes: columns.slice(0, MOST_COLUMNS) }),
    ...(left > 0 && { text: `… and ${left} more columns` }),
  }
}

/** Without its row, which could not be read, an item tells when and what it was. */
export function itemOf(head: Head, { rows, parties, files }: FoundBodies, telling: Telling): Item {
  const { table, id, at } = head
  const row = rows.get(id) ?? {}
  const isNote = table === NOTES
  const title = lineOf(row['subject'], LONGEST_TITLE)
  const who = (parties.get(id) ?? []).flatMap(partyName)
  const by = nameOf(row, isNote ? 'createdby' : 'ownerid')
  const regarding = regardingOf(row, isNote ? 'objectid' : 'regardingobjectid', telling.of)
  const text = wordsIn(row[isNote ? 'notetext' : 'description'])
  const direction = row['directioncode']
  const [file] = isNote && hasFile(row) ? filesIn([row]) : []
  const attached = isNote ? [] : filesIn(files.get(id) ?? [])
  return {
    ...(at !== undefined && { when: isoInZone(at, telling.zone) }),
    kind: kindWord(table),
    id: formatReference({ entity: table, id }),
    ...(title && { title }),
    ...(typeof direction === 'boolean' && { direction: direction ? 'outgoing' : 'incoming' }),
    ...(who.length > 0 && { who: atMost(who) }),
    ...(by && { by }),
    ...(regarding && { regarding }),
    ...(text && { text }),
    ...stateOf(head, telling.now),
    ...(file && { file }),
    ...(attached.length > 0 && { files: attached.slice(0, MOST_FILES) }),
    ...(attached.length > MOST_FILES && { moreFiles: attached.length - MOST_FILES }),
  }
}

function stateOf({ state, at }: Head, now: number): Pick<Item, 'state'> {
  if (state === 'done') return {}
  if (state === 'cancelled') return { state }
  return { state: at !== undefined && at < now ? 'overdue' : 'planned' }
}

function lineOf(value: unknown, longest: number): string {
  return typeof value === 'string' ? plainLine(value, longest) : ''
}

function wordsIn(value: unknown): string {
  return typeof value === 'string' ? wordsOf(value) : ''
}

function nameOf(row: Row, lookup: string): string {
  return lineOf(row[`_${lookup}_value${FORMATTED}`], LONGEST_NAME)
}

/** What a stranger is called never begins as our own arrow does. */
function partyName(row: Row): string[] {
  const role = row['participationtypemask']
  const name = (nameOf(row, 'partyid') || lineOf(row['addressused'], LONGEST_NAME)).replace(/^[→\s]+/u, '')
  if (name === '') return []
  return FROM.has(role) ? [name] : TO.has(role) ? [TOWARDS + name] : []
}

function atMost(who: readonly string[]): string[] {
  const senders = who.filter((name) => !name.startsWith(TOWARDS))
  const all = [...senders, ...who.filter((name) => name.startsWith(TOWARDS))]
  const left = all.length - MOST_PARTIES
  return left > 0 ? [...all.slice(0, MOST_PARTIES), `… and ${left} more`] : all
}

function regardingOf(row: Row, lookup: string, of: string): Item['regarding'] {
  const [id, entity] = [row[`_${lookup}_value`], row[`_${lookup}_value${LOOKUP_ENTITY}`]]
  if (typeof id !== 'string' || typeof entity !== 'string' || id.toLowerCase() === of) return undefined
  return { id: formatReference({ entity, id: id.toLowerCase() }), title: nameOf(row, lookup) }
}

function filesIn(rows: readonly Row[]): NonNullable<Item['files']> {
  return rows.map((row) => {
    const [type, size] = [lineOf(row['mimetype'], LONGEST_NAME), row['filesize']]
    const name = lineOf(row['filename'], LONGEST_TITLE) || '(no name)'
    return { name, ...(type && { type }), ...(typeof size === 'number' && { size }) }
  })
}
