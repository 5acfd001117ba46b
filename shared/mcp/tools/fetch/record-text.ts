import { isBaseTwin, orderColumns } from '../../../dataverse/metadata/column-order.ts'
import { holdsFile } from '../../../dataverse/metadata/file-columns.ts'
import type { Column, Table } from '../../../dataverse/metadata/model.ts'
import { formatReference } from '../../../dataverse/records/record-reference.ts'
import { withoutMarkup } from '../../tool/markup.ts'
import { cut, plainLine, plainText } from '../../tool/plain-text.ts'

type Row = Readonly<Record<string, unknown>>

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const LOOKUP_ENTITY = '@Microsoft.Dynamics.CRM.lookuplogicalname'
const LONGEST_NAME = 200
const LOOKUPS = new Set(['Lookup', 'Customer', 'Owner'])
/** Their raw value says it better than the text that Dataverse formats for a person's country. */
const RAW = new Set(['DateTime', 'Integer', 'Decimal', 'Double', 'String', 'Memo', 'Uniqueidentifier'])
/** Read through other tables, not as a column. */
const NO_PROPERTY = new Set(['PartyList'])
/** Where a lookup leads to one of these there is nothing to fetch. */
const PLATFORM = new Set(['systemuser', 'team', 'businessunit', 'transactioncurrency', 'owner'])

/** The columns that a record's text tells, those first that matter most. */
export function toldColumns(table: Table): Column[] {
  const { main, rest } = orderColumns(table)
  const told = (column: Column): boolean =>
    !NO_PROPERTY.has(column.type) && column.name !== table.entity.idColumn && !holdsFile(column)
  return [...main, ...rest].filter((column) => told(column) && !isBaseTwin(column, table))
}

/**
 * One line for each filled column, `Label: value`. What a stranger may have written never begins a line: a text of
 * several lines is quoted, so that it cannot pass for one of our labels.
 */
export function columnLines(row: Row, columns: readonly Column[], longest: number): string[] {
  return columns.flatMap((column) => {
    const value = valueOf(row, column)
    if (value === '') return []
    const label = plainLine(column.label ?? column.name, LONGEST_NAME)
    const lines = cut(value, longest).split('\n')
    return lines.length === 1 ? [`${label}: ${lines[0] ?? ''}`] : [`${label}:`, ...lines.map((line) => `> ${line}`)]
  })
}

function valueOf(row: Row, { property, type }: Column): string {
  const raw = row[property]
  const formatted = row[property + FORMATTED]
  if (LOOKUPS.has(type)) return lookupText(raw, formatted, row[property + LOOKUP_ENTITY])
  const value = typeof formatted === 'string' && !RAW.has(type) ? formatted : raw
  if (typeof value === 'string') return wordsOf(value)
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** What a person reads of a text, the mark-up of a mail or a note taken away. */
export function wordsOf(text: string): string {
  return plainText(withoutMarkup(text)).trim()
}

/** The name behind a lookup, and the id to fetch it by. */
export function lookupText(id: unknown, label: unknown, entity: unknown): string {
  if (typeof id !== 'string') return ''
  const name = typeof label === 'string' ? plainLine(label, LONGEST_NAME) : ''
  if (typeof entity !== 'string' || PLATFORM.has(entity)) return name || id
  return `${name} [${formatReference({ entity, id })}]`.trim()
}
