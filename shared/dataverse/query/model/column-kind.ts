import type { Column } from '../../metadata/model.ts'

/**
 * What a condition can do with a column. `table` holds the logical name of an entity, `parties` several rows of an
 * activity; `other` is what we do not know, where Dataverse decides.
 */
export type ColumnKind =
  'text' | 'number' | 'date' | 'choice' | 'choices' | 'yes-no' | 'lookup' | 'id' | 'table' | 'parties' | 'other'

const TYPES: readonly (readonly [ColumnKind, ...(readonly string[])])[] = [
  ['text', 'String', 'Memo'],
  ['number', 'Integer', 'BigInt', 'Decimal', 'Double', 'Money'],
  ['date', 'DateTime'],
  ['choice', 'Picklist', 'State', 'Status'],
  ['choices', 'MultiSelectPicklist'],
  ['yes-no', 'Boolean'],
  ['lookup', 'Lookup', 'Owner', 'Customer'],
  ['id', 'Uniqueidentifier'],
  ['table', 'EntityName'],
  ['parties', 'PartyList'],
]
const KINDS = new Map(TYPES.flatMap(([kind, ...types]) => types.map((type) => [type, kind] as const)))

/** A kind of column in a sentence. */
export const WHAT: Readonly<Record<ColumnKind, string>> = {
  text: 'a text',
  number: 'a number',
  date: 'a date',
  choice: 'a choice',
  choices: 'a choice of several values',
  'yes-no': 'a yes or no',
  lookup: 'a lookup',
  id: 'an id',
  table: 'the name of an entity',
  parties: 'a list of parties',
  other: 'of another type',
}

/** The only reader of a column's type. The name column beside a lookup is text, whatever type metadata gives it. */
export function kindOf(column: Column): ColumnKind {
  return column.describes ? 'text' : (KINDS.get(column.type) ?? 'other')
}

const ALWAYS_SET: ReadonlySet<string> = new Set(['State', 'Status', 'Owner'])
const STAMPS: ReadonlySet<string> = new Set(['createdon', 'modifiedon', 'createdby', 'modifiedby'])

/** Whether every row of the table has a value there, so that a negative has no empty rows to speak of. */
export function isAlwaysSet(column: Column, idColumn: string): boolean {
  return ALWAYS_SET.has(column.type) || STAMPS.has(column.name) || column.name === idColumn
}
