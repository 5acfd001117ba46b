import type { Column } from '../../metadata/model.ts'

/** What a condition can do with a column; `other` is what we do not know, where Dataverse decides. */
export type ColumnKind = 'text' | 'number' | 'date' | 'choice' | 'choices' | 'lookup' | 'id' | 'other'

const KINDS: ReadonlyMap<string, ColumnKind> = new Map(
  Object.entries({
    String: 'text',
    Memo: 'text',
    EntityName: 'text',
    Integer: 'number',
    BigInt: 'number',
    Decimal: 'number',
    Double: 'number',
    Money: 'number',
    DateTime: 'date',
    Picklist: 'choice',
    State: 'choice',
    Status: 'choice',
    Boolean: 'choice',
    MultiSelectPicklist: 'choices',
    Lookup: 'lookup',
    Owner: 'lookup',
    Customer: 'lookup',
    Uniqueidentifier: 'id',
  } as const),
)

/** The name column beside a lookup is text, whatever type metadata gives it. */
export function kindOf(column: Column): ColumnKind {
  return column.describes ? 'text' : (KINDS.get(column.type) ?? 'other')
}
