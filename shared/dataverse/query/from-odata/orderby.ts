import { QueryError } from '../../errors.ts'
import { findColumn, requireProperty } from '../resolve/names/find-column.ts'
import type { Table } from '../../metadata/model.ts'
import { shown } from '../../odata/invalid-filter.ts'
import { renamed } from './select.ts'

export type ResolvedOrderby = { readonly orderby: string | undefined; readonly interpreted: readonly string[] }

const MOST_ORDERS = 10
const DIRECTION = / (asc(?:ending)?|desc(?:ending)?)$/i
const EXAMPLE = 'Write columns of this entity, each with asc or desc: "estimatedclosedate asc, name".'

/**
 * Reads `a desc, b`, `-a` or labels into `$orderby`. Rows of equal values come in no order of their own.
 * @throws QueryError `unknown_column`, `unreadable_column`, `invalid_orderby`
 */
export function resolveOrderby(table: Table, written: string | undefined): ResolvedOrderby {
  const text =
    written
      ?.replaceAll(/\s+/g, ' ')
      .trim()
      .replace(/^\$?orderby\s*=\s*|^order\s+by\s+/i, '') ?? ''
  const items = itemsOf(table, text)
  if (items.length === 0) return { orderby: undefined, interpreted: [] }
  if (items.length > MOST_ORDERS) throw invalid(`The orderby has more than ${MOST_ORDERS} columns.`, 'Sort by fewer.')
  const orders = new Map<string, string>()
  const notes = new Set<string>()
  for (const item of items) {
    const { name, descending } = readItem(item)
    checkName(name)
    const column = requireProperty(table, name)
    const note = renamed(name, column)
    if (note !== undefined) notes.add(note)
    // A second sort by the same column changes nothing, and Dataverse refuses it.
    if (!orders.has(column.name)) orders.set(column.name, `${column.property}${descending ? ' desc' : ''}`)
    if (item.startsWith('-')) notes.add(`"${shown(item)}" was read as ${column.property} desc.`)
  }
  return { orderby: [...orders.values()].join(','), interpreted: [...notes] }
}

/** A label may hold a comma. */
function itemsOf(table: Table, text: string): string[] {
  const whole = readItem(text).name
  if (findColumn(table, whole)) return [text]
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
}

function readItem(item: string): { name: string; descending: boolean } {
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(item.trim()) ?? []
  const direction = DIRECTION.exec(rest)?.[1]?.toLowerCase() ?? ''
  const name = rest
    .replace(DIRECTION, '')
    .trim()
    .replace(/^(['"`])(.*)\1$/, '$2')
  return { name, descending: direction.startsWith('desc') || sign === '-' }
}

function checkName(name: string): void {
  if (name.includes('/')) {
    const lookup = shown(name.split('/')[0] ?? '')
    throw invalid(
      `"${shown(name)}" is a column of another row, which Dataverse cannot sort by here.`,
      `Sort by the lookup, which goes by the name it shows: "${lookup}"; or use fetchxml with an order in a link-entity.`,
    )
  }
  if (/\(|\bnulls\s+(?:first|last)$/i.test(name) && !/^[^()]+\([^()]+\)$/.test(name))
    throw invalid('The orderby is not a list of columns.', EXAMPLE)
  if (name === '') throw invalid('The orderby lacks a column.', EXAMPLE)
}

function invalid(problem: string, nextStep: string): QueryError {
  return new QueryError('invalid_orderby', problem, nextStep)
}
