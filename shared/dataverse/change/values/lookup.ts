import { QueryError } from '../../errors.ts'
import type { Entity } from '../../metadata/model.ts'
import { bareGuid } from '../../query/resolve/values/references/reference.ts'
import { whoOf } from '../../query/resolve/values/references/who.ts'
import { folded } from '../../query/to-wire/like-pattern.ts'
import { findReference } from '../../records/record-reference.ts'
import type { Candidate, Scalar } from '../model.ts'
import type { ChangeContext } from '../operation.ts'
import { changeWith, refusedAt, written, type Place } from './place.ts'
import { rowsWith, type NamedTarget } from './named-targets.ts'

/** A row that a lookup can be set to. */
export type FoundRow = {
  readonly id: string
  /** Logical name. */
  readonly entity: string
  /** Absent where an administrator keeps it from models, or it has none. */
  readonly name?: string
  /** Deactivated, or of a user: disabled. */
  readonly isInactive: boolean
}

export type LookupPlace = Place & {
  /** Which table the row is one of, as it was written. */
  readonly entity?: string | undefined
  /** That what the rows are called is kept from models. */
  readonly isUnnamed?: boolean | undefined
}

type Context = Pick<ChangeContext, 'dataverse' | 'metadata' | 'dataverseUrl'>

const MOST_CANDIDATES = 10
/** Each is read in a part of one request. */
const MOST_TABLES = 20

/**
 * The row that is meant: by its id or a link, by `me`, or by what it is called among the rows that the person may read:
 * exactly, else by its address or code, else as the only one that begins so. One request.
 * @param targets the tables that it may be a row of
 * @throws ValueRefused `lookup_not_found`, `lookup_ambiguous` with candidates, `lookup_wrong_table`, `value_invalid`,
 * `hidden_by_administrator`
 */
export async function findRow(
  to: Exclude<Scalar, null>,
  targets: readonly Entity[],
  place: LookupPlace,
  context: Context,
): Promise<FoundRow> {
  const text = String(to).trim()
  if (typeof to !== 'string' || text === '') throw isNoRow(to, targets, place)
  const bare = bareGuid(text)
  const reference = bare === undefined ? referenceIn(text, place, context) : undefined
  const isMe =
    whoOf(
      text,
      targets.map(({ name }) => name),
    ) === 'eq-userid' || reference?.id === 'me'
  const id = isMe ? (await context.metadata.person()).systemUserId.toLowerCase() : (bare ?? reference?.id)
  const named = isMe ? 'systemuser' : (reference?.entity ?? place.entity)
  const among = named === undefined ? targets : await narrowed(named, targets, place, context)
  if (among.length > MOST_TABLES) throw whichTable(to, among, place)
  if (id !== undefined) {
    const [row, ...others] = await rowsWith({ ids: [id] }, among, context)
    if (row && others.length === 0) return foundRow(row)
    throw notThere(to, among, place)
  }
  if (place.isUnnamed === true || among.every(({ nameColumn }) => nameColumn === undefined)) throw onlyById(place)
  return foundRow(theOne(text, among, place, await rowsWith({ name: text, most: MOST_CANDIDATES }, among, context)))
}

function foundRow({ id, entity, name, isInactive }: NamedTarget): FoundRow {
  return { id, entity: entity.name, isInactive, ...(name !== undefined && { name }) }
}

/** @throws ValueRefused for a link that leads elsewhere */
function referenceIn(
  text: string,
  place: Place,
  { dataverseUrl }: Context,
): { entity: string; id: string } | undefined {
  try {
    return findReference(text, dataverseUrl)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    const step = `Pass the name of the row, or its id, as ${place.column}.`
    throw refusedAt(place, 'lookup_not_found', error.message, step)
  }
}

/** The tables that have this name; none that the column does not lead to. */
async function narrowed(
  name: string,
  targets: readonly Entity[],
  place: Place,
  { metadata }: Context,
): Promise<readonly Entity[]> {
  const { byName } = await metadata.entities()
  const entity = byName.get(name.trim().toLowerCase())
  const found = targets.filter((target) => target.name === entity?.name)
  if (found.length > 0) return found
  const known = targets.slice(0, MOST_TABLES).map((target) => target.name)
  throw refusedAt(
    place,
    'lookup_wrong_table',
    `${place.label} leads to rows of ${known.join(', ') || 'no table that may be read'}, and not of ${name.slice(0, 100)}.`,
    `Leave entity out, or pass one of: ${known.map((one) => JSON.stringify({ column: place.column, entity: one })).join(', ')}, each with the name or id of a row of that table.`,
  )
}

/** Those of the very name come first, then those that go by it, then what begins so. */
function theOne(text: string, among: readonly Entity[], place: LookupPlace, rows: readonly NamedTarget[]): NamedTarget {
  const same = (called: string): boolean => folded(called.trim()) === folded(text)
  const exact = rows.filter(({ name = '' }) => same(name))
  const also = rows.filter((row) => row.also.some(same))
  const [found, ...others] = [exact, also, rows].find((some) => some.length > 0) ?? []
  if (!found) throw notThere(text, among, place)
  if (others.length > 0) throw severalRows(text, place, [found, ...others])
  if (exact.length === 0)
    place.note(`${written(text)} for ${place.label} was read as ${found.name} (${found.entity.name}).`)
  return found
}

function severalRows(text: string, place: Place, rows: readonly NamedTarget[]) {
  const candidates = rows.slice(0, MOST_CANDIDATES).map(({ id, entity, name = '', about }): Candidate => ({
    id,
    entity: entity.name,
    name,
    ...(about !== undefined && { about }),
  }))
  const [first] = candidates
  const more = rows.length > MOST_CANDIDATES ? ' or more' : ''
  return refusedAt(
    place,
    'lookup_ambiguous',
    `${candidates.length}${more} rows that ${place.label} may lead to go by ${written(text)}.`,
    `Ask the person which of them is meant, and pass its id: ${changeWith(place, first?.id ?? '', first?.entity)}.`,
    candidates,
  )
}

function notThere(to: Scalar, among: readonly Entity[], place: Place) {
  const [table] = among
  const [word = ''] = String(to).match(/[^\s,;"']{3,50}/) ?? []
  const look =
    among.length > 1
      ? `search ${JSON.stringify({ query: word })}`
      : `query_crm ${JSON.stringify({ entity: table?.name, filter: `contains(${table?.nameColumn},'${word}')` })}`
  const step = `Ask the person for the name, or look for it and pass the id`
  return refusedAt(
    place,
    'lookup_not_found',
    `No row of ${among.map(({ name }) => name).join(', ')} that the person may read is ${written(to)}.`,
    table?.nameColumn === undefined || word === '' ? `${step}.` : `${step}: ${look}`,
  )
}

function whichTable(to: Scalar, among: readonly Entity[], place: Place) {
  const names = among.map(({ name }) => name)
  return refusedAt(
    place,
    'lookup_ambiguous',
    `${place.label} leads to ${names.length} tables, and ${written(to)} may be of any.`,
    `Say which: ${changeWith(place, to, names.includes('account') ? 'account' : names[0])}.`,
  )
}

function onlyById(place: Place) {
  return refusedAt(
    place,
    'hidden_by_administrator',
    `What the rows are called that ${place.label} leads to is kept from models by an administrator: no row is found by it.`,
    `Ask the person for the id of the row or a link to it, or leave ${place.column} out.`,
  )
}

function isNoRow(to: Scalar, targets: readonly Entity[], place: Place) {
  const [first] = targets
  return refusedAt(
    place,
    'value_invalid',
    `${place.label} leads to a row, and ${written(to)} names none.`,
    `Ask the person which row of ${first?.label ?? first?.name ?? 'the table'} is meant, and pass its name or id as ${place.column}; null empties it.`,
  )
}
