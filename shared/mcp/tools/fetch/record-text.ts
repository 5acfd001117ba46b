import { isBaseTwin, orderColumns } from '../../../dataverse/metadata/column-order.ts'
import type { Column, Table } from '../../../dataverse/metadata/model.ts'
import { formatReference } from '../../../dataverse/records/record-reference.ts'
import { withoutMarkup } from '../../tool/markup.ts'
import { cut, plainLine, plainText } from '../../tool/plain-text.ts'
import { MOST_RELATED, type RelatedRows } from './related-rows.ts'

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
  const told = ({ name, type }: Column): boolean => !NO_PROPERTY.has(type) && name !== table.entity.idColumn
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
  if (typeof value === 'string') return plainText(withoutMarkup(value)).trim()
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

function lookupText(id: unknown, label: unknown, entity: unknown): string {
  if (typeof id !== 'string') return ''
  const name = typeof label === 'string' ? plainLine(label, LONGEST_NAME) : ''
  if (typeof entity !== 'string' || PLATFORM.has(entity)) return name || id
  return `${name} [${formatReference({ entity, id })}]`.trim()
}

/** A heading and one line for each row, each with the id to fetch it by. */
export function relatedLines(related: RelatedRows, rows: readonly Row[]): string[] {
  const { entity, openOnly } = related
  if (rows.length === 0) return []
  const title = plainLine(entity.pluralLabel ?? entity.label ?? entity.name, LONGEST_NAME)
  const shown = rows.slice(0, MOST_RELATED)
  const count = rows.length > shown.length ? `the last changed ${shown.length}, more exist` : String(shown.length)
  return [
    '',
    `## ${title}${openOnly ? ', open or active' : ''} (${count})`,
    ...shown.map((row) => rowLine(row, related)),
  ]
}

function rowLine(row: Row, { entity, shown }: RelatedRows): string {
  const text = (column: string): string => {
    const formatted = /(?:on|date|end)$/.test(column) ? undefined : row[column + FORMATTED]
    const value = formatted ?? row[column]
    return typeof value === 'string' || typeof value === 'number' ? plainLine(String(value), LONGEST_NAME) : ''
  }
  const name = (entity.nameColumn && text(entity.nameColumn)) || '(no name)'
  const facts = Object.entries(shown).map(([column, called]) => ({ called, value: text(column) }))
  const told = facts.filter(({ value }) => value !== '').map(({ called, value }) => `; ${called}: ${value}`)
  const type = row['activitytypecode']
  const kind = entity.name === 'activitypointer' && typeof type === 'string' ? type : entity.name
  return `- [${formatReference({ entity: kind, id: String(row[entity.idColumn]) })}] ${name}${told.join('')}`
}
