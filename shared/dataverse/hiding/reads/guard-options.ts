import type { Table } from '../../metadata/model.ts'
import type { Shape } from '../clean-rows.ts'
import { hidingOf, tablesOf, targetOf, type Guarding } from './guarding.ts'
import { keptColumn, keptWay } from '../refusals.ts'

type Known = { readonly name: string; readonly idColumn?: string }
type Options = Readonly<Record<string, string>>

/** A read by OData's options; `key` is what stands in the brackets behind its set. */
export type OptionsRead = {
  readonly key: string
  readonly options: Options
  readonly entity: Known
  readonly guarding: Guarding
}

/** As this app writes it: `nav($select=a,b;$top=5)`. */
const EXPANDED = /^([A-Za-z_]\w*)\(\$select=([\w,]*)((?:;\$top=\d+)?)\)$/
const LITERAL = /'(?:[^']|'')*'/g
const NAME = /[A-Za-z_]\w*/g

/** @throws QueryError `hidden_by_administrator` for a condition, an order or a key of what is kept */
export async function guardOptions(read: OptionsRead): Promise<{ readonly options: Options; readonly shape: Shape }> {
  const { key, options, entity, guarding } = read
  const { $select, $expand = '', $filter = '', $orderby = '' } = options
  const ways = expandedIn($expand, entity)
  const own = await tablesOf(ways.length > 0 || guarding.hides.touches(entity.name) ? [entity.name] : [], guarding)
  checkNames(decoded(key), entity, 'key', own, guarding)
  checkNames($filter, entity, 'condition', own, guarding)
  checkNames($orderby, entity, 'order', own, guarding)
  const targets = ways.map(({ way }) => targetOf(way, entity.name, own))
  const tables = new Map([...own, ...(await tablesOf(targets, guarding))])
  const selectable = (table: string, names: readonly string[]): readonly string[] =>
    names.filter((name) => hidingOf(table, name, tables, guarding.hides) !== 'hidden')
  const select =
    $select === undefined ? undefined : atLeast(selectable(entity.name, $select.split(',')), entity.name, own)
  const expand = ways.map(({ way, names, rest }, at) => {
    const target = targets[at] ?? ''
    return `${way}($select=${atLeast(selectable(target, names), target, tables).join(',')}${rest})`
  })
  const shapeOf = (table: string, within: Shape['within']): Shape => ({
    within,
    hidingOf: (name) => hidingOf(table, name, tables, guarding.hides),
  })
  const within = new Map(ways.map(({ way }, at) => [way, shapeOf(targets[at] ?? '', new Map())] as const))
  return {
    options: {
      ...options,
      ...(select && { $select: select.join(',') }),
      ...(expand.length > 0 && { $expand: expand.join(',') }),
    },
    shape: shapeOf(entity.name, within),
  }
}

/** No column would mean all of them. */
function atLeast(names: readonly string[], table: string, tables: ReadonlyMap<string, Table>): readonly string[] {
  const id = tables.get(table)?.entity.idColumn
  return names.length > 0 || id === undefined ? names : [id]
}

type Way = { readonly way: string; readonly names: readonly string[]; readonly rest: string }

/** @throws QueryError for a form that is not known: what would come of it nobody could say */
function expandedIn($expand: string, entity: Known): readonly Way[] {
  const parts =
    $expand === '' ? [] : $expand.split('),').map((part, at, all) => (at < all.length - 1 ? `${part})` : part))
  return parts.map((part) => {
    const [, way, names = '', rest = ''] = EXPANDED.exec(part) ?? []
    if (way === undefined) throw keptWay(part, entity.name)
    return { way, names: names.split(','), rest }
  })
}

function checkNames(
  text: string,
  { name: table }: Known,
  use: 'condition' | 'order' | 'key',
  tables: ReadonlyMap<string, Table>,
  { hides }: Guarding,
): void {
  for (const [name] of text.replaceAll(LITERAL, "''").matchAll(NAME)) {
    const hiding = hidingOf(table, name, tables, hides)
    if (hiding !== undefined) throw keptColumn(name, table, hiding, use)
  }
}

/** A text that is no escape stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
