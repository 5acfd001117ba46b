import { QueryError } from '../../../errors.ts'
import { keptColumn } from '../../../hiding/refusals.ts'
import type { Collection, Column, Table } from '../../../metadata/model.ts'
import { nearest } from '../../../advice/suggest.ts'
import type { Notation } from '../../say/notation.ts'
import { closingStep } from './closing-row.ts'
import { SYNONYMS } from './synonyms.ts'

const LOOKUPS: ReadonlySet<string> = new Set(['Lookup', 'Owner', 'Customer'])
const MOST = 5

/** What the primary name is called in one entity or another. */
const NAMES = new Set(['name', 'title', 'subject', 'topic', 'fullname', 'displayname', 'label'])

/** A column whose value is a reference to a row. */
export function isLookup(column: Column): boolean {
  return LOOKUPS.has(column.type)
}

/**
 * The column a model means: by logical or schema name in any case, by `_x_value`, by the name column beside it
 * (`owneridname`), or by a label that only one column has.
 */
export function findColumn(table: Table, name: string): Column | undefined {
  const found = columnNamed(table, name)
  if (found) return found
  const labelled = byLabel(table, name)
  return labelled.length === 1 ? labelled[0] : undefined
}

/** As `findColumn`, but by no label, which may be the word for a value as well: `Email`, `Task`. */
export function columnNamed(table: Table, name: string): Column | undefined {
  const wanted = name.trim().toLowerCase()
  const found =
    table.byName.get(wanted) ?? table.byName.get(/^_(.+)_value$/.exec(wanted)?.[1] ?? '') ?? named(table, wanted)
  return found?.describes ? table.byName.get(found.describes) : found
}

/** `owneridname` and `statecodename`: not every table's metadata lists the names beside lookups and choices. */
function named(table: Table, wanted: string): Column | undefined {
  const column = table.byName.get(/^(.+)name$/.exec(wanted)?.[1] ?? '')
  return column && (isLookup(column) || column.options) ? column : undefined
}

/** A column that an administrator hides, by any of its names. */
export function hiddenColumnNamed(table: Table, name: string): Column | undefined {
  const { hidden } = table
  return hidden === undefined || hidden.size === 0 ? undefined : findColumn({ ...table, byName: hidden }, name)
}

/**
 * As `findColumn`. @throws QueryError `unknown_column` with the nearest names, `unreadable_column`,
 * `hidden_by_administrator`
 */
export function requireColumn(table: Table, name: string, notation: Notation = 'odata'): Column {
  const column = findColumn(table, name)
  if (!column) throw unknownColumn(table, name, notation)
  if (column.readable) return column
  throw new QueryError(
    'unreadable_column',
    `The column ${column.name} of ${table.entity.name} cannot be read.`,
    `Leave it out; get_entity_metadata for ${table.entity.name} shows the columns that can be read.`,
  )
}

/**
 * As `requireColumn`, for a place that takes a property of the Web API: the parties of an activity are rows of their
 * own there. @throws QueryError `unreadable_column` with the collection that holds them
 */
export function requireProperty(table: Table, name: string): Column {
  const column = requireColumn(table, name)
  if (column.type === 'PartyList') throw severalParties(table, column, 'odata')
  return column
}

/** The parties of an activity as a column of its row. */
export function severalParties({ entity, collections }: Table, column: Column, notation: Notation): QueryError {
  const parties = collections.find(({ target }) => target === 'activityparty')
  return new QueryError(
    'unreadable_column',
    `${column.name} of ${entity.name} names several parties, which are rows of their own.`,
    notation === 'fetchxml'
      ? 'Link them: <link-entity name="activityparty" from="activityid" to="activityid" alias="party"><attribute name="partyid"/><attribute name="participationtypemask"/></link-entity>; the mask tells who is sender, recipient or attendee.'
      : parties
        ? `Expand them: {"lookup":"${parties.name}","select":["partyid","participationtypemask"]}; the mask tells who is sender, recipient or attendee.`
        : 'Query the entity activityparty by activityid.',
  )
}

/** Logical names, best first: columns of that label, what other systems call so, then by edit distance. */
export function nearestColumns(table: Table, name: string): string[] {
  const bare = name
    .trim()
    .slice(0, 100)
    .replace(/^_(.+)_value$/i, '$1')
  const readable = [...table.byName.values()].filter(isOffered)
  const meant = [...byLabel(table, bare).map((column) => column.name), ...synonymsOf(table, bare)]
  const near = nearest(
    bare,
    readable.map((column) => ({ name: column.name, aliases: column.label ? [column.label] : [] })),
  )
  return [...new Set(meant.length > 0 ? meant : [...byWordsOfLabel(table, bare), ...near])].slice(0, MOST)
}

/** `due` of "Due Date": too short a word to be looked for within others. */
function byWordsOfLabel(table: Table, name: string): string[] {
  const wanted = ` ${wordsOf(name)} `
  if (wanted.trim() === '') return []
  const found = [...table.byName.values()].filter(
    (column) => isOffered(column) && ` ${wordsOf(column.label ?? '')} `.includes(wanted),
  )
  return found
    .map((column) => column.name)
    .toSorted((one, other) => one.length - other.length || one.localeCompare(other))
}

function wordsOf(text: string): string {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join(' ')
}

function synonymsOf({ entity, byName }: Table, name: string): readonly string[] {
  const word = normalize(name)
  const { idColumn, nameColumn = '' } = entity
  const names = word === 'id' ? [idColumn] : NAMES.has(word) ? [nameColumn] : (SYNONYMS.get(word) ?? [])
  return names.filter((one) => byName.get(one)?.readable)
}

function byLabel(table: Table, label: string): Column[] {
  const wanted = normalize(label)
  if (wanted === '') return []
  return [...table.byName.values()].filter(
    (column) => isOffered(column) && column.label !== undefined && normalize(column.label) === wanted,
  )
}

function isOffered(column: Column): boolean {
  return column.readable && column.describes === undefined
}

function normalize(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}

function collectionNamed({ collections }: Table, name: string): Collection | undefined {
  const wanted = name
    .trim()
    .toLowerCase()
    .replace(/\/\$count$/, '')
  return collections.find((one) => one.name.toLowerCase() === wanted)
}

/** What is asked of rows of which there are several, each in its own place. */
function stepsOf({ name, target, kind, column }: Collection, { entity }: Table, notation: Notation): string {
  const lookup = kind === 'one-to-many' ? column : undefined
  const count = JSON.stringify({ entity: target, measures: ['count'], by: [lookup] })
  const counted = lookup === undefined ? '' : ` Their number for each: analyze ${count}.`
  if (notation === 'odata')
    return `Expand the rows of ${target}: "lookup":"${name}" with their columns in select; whether there are any, in filter of query_crm: ${name}/any().${counted}`
  return lookup === undefined
    ? `Link the rows of ${target} by a relationship of get_entity_metadata, or without fetchxml expand "lookup":"${name}".`
    : `Link the rows of ${target}: <link-entity name="${target}" from="${lookup}" to="${entity.idColumn}" alias="several"/>.${counted}`
}

/** Names what the table does not have, and what it has instead; of what it has for people alone, that it is so. */
export function unknownColumn(table: Table, name: string, notation: Notation = 'odata'): QueryError {
  const kept = hiddenColumnNamed(table, name)
  if (kept) return keptColumn(kept.name, table.entity.name, 'hidden')
  const word = name.slice(0, 100)
  const several = collectionNamed(table, name)
  const near = nearestColumns(table, name)
  const step =
    near.length > 0
      ? `Did you mean: ${near.join(', ')}?`
      : `Call get_entity_metadata for ${table.entity.name} to see its columns.`
  const closing = synonymsOf(table, word).length > 0 ? undefined : closingStep(table, normalize(word))
  const next = several ? stepsOf(several, table, notation) : (closing ?? step)
  return new QueryError('unknown_column', `The entity ${table.entity.name} has no column "${word}".`, next)
}
