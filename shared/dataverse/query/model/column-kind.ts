import type { Column } from '../../metadata/model.ts'

/**
 * What a condition can do with a column: each kind, what a sentence calls it, and the types that are of it. `table`
 * holds the logical name of an entity, `parties` several rows of an activity; of `other` Dataverse decides.
 */
const KINDS = [
  ['text', 'a text', 'String', 'Memo'],
  ['number', 'a number', 'Integer', 'BigInt', 'Decimal', 'Double', 'Money'],
  ['date', 'a date', 'DateTime'],
  ['choice', 'a choice', 'Picklist', 'State', 'Status'],
  ['choices', 'a choice of several values', 'MultiSelectPicklist'],
  ['yes-no', 'a yes or no', 'Boolean'],
  ['lookup', 'a lookup', 'Lookup', 'Owner', 'Customer'],
  ['id', 'an id', 'Uniqueidentifier'],
  ['table', 'the name of an entity', 'EntityName'],
  ['parties', 'a list of parties', 'PartyList'],
  ['other', 'of another type'],
] as const
export type ColumnKind = (typeof KINDS)[number][0]

const BY_TYPE: ReadonlyMap<string, ColumnKind> = new Map(
  KINDS.flatMap(([kind, , ...types]) => types.map((type) => [type, kind] as const)),
)
/** A kind of column in a sentence. */
export const WHAT = Object.fromEntries(KINDS) as Readonly<Record<ColumnKind, string>>

/** The only reader of a column's type. The name column beside a lookup is text, whatever type metadata gives it. */
export function kindOf(column: Column): ColumnKind {
  return column.describes ? 'text' : (BY_TYPE.get(column.type) ?? 'other')
}

const ALWAYS_SET: ReadonlySet<string> = new Set(['State', 'Status', 'Owner'])
const STAMPS: ReadonlySet<string> = new Set(['createdon', 'modifiedon', 'createdby', 'modifiedby'])

/** Whether every row of the table has a value there, so that a negative has no empty rows to speak of. */
export function isAlwaysSet(column: Column, idColumn: string): boolean {
  return ALWAYS_SET.has(column.type) || STAMPS.has(column.name) || column.name === idColumn
}
