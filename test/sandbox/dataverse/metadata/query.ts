import type { Json, MutableJson } from '../http/api.ts'
import { DataverseFault, notEmulated, odataError, unknownProperty, unsupportedParameter } from '../http/errors.ts'
import type { ExpandItem, QueryOptions } from '../odata/options.ts'
import { parseOptions } from '../odata/options.ts'
import type { Comparison, Expression } from '../odata/parser.ts'

/** A set of metadata objects: their type, the members they have and what can be expanded. */
export type MetadataSet = {
  readonly type: string
  readonly members: ReadonlySet<string>
  readonly items: readonly Json[]
  readonly expansions: (item: Json, nav: string) => MetadataSet | Json | null | undefined
}

/** `LabelLanguages` stands in the documents (webapi/query-metadata-web-api.md), and a real organisation refuses it. */
const REFUSED = ['$top', '$skip', '$orderby', '$count', '$apply', '$skiptoken', 'LabelLanguages']

/** The options that metadata takes. @throws DataverseFault 400 for those that it refuses */
export function metadataOptions(query: ReadonlyMap<string, string>): QueryOptions {
  const refused = REFUSED.find((name) => query.has(name))
  if (refused !== undefined) throw unsupportedParameter(refused)
  return parseOptions(query)
}

function valueAt(item: Json, path: readonly string[], { type, members }: MetadataSet): unknown {
  const [first = '', ...rest] = path
  if (!members.has(first)) throw unknownProperty(first, type)
  return rest.reduce<unknown>((value, name) => (value as Json | null)?.[name], item[first])
}

function literalOf(expression: Expression): unknown {
  if (expression.kind !== 'literal') throw notEmulated('comparing two members of metadata')
  switch (expression.type) {
    case 'null':
      return null
    case 'boolean':
      return expression.text === 'true'
    case 'number':
      return Number(expression.text)
    default:
      return expression.text
  }
}

function compare({ operator, left, right }: Comparison, item: Json, set: MetadataSet): boolean {
  const [path, literal] = left.kind === 'path' ? [left, right] : [right, left]
  if (path.kind !== 'path') throw odataError('The $filter expression must evaluate to a single boolean value.')
  const equal = valueAt(item, path.segments, set) === literalOf(literal)
  if (operator === 'eq') return equal
  if (operator === 'ne') return !equal
  throw notEmulated(`the operator '${operator}' on metadata`)
}

function matches(expression: Expression, item: Json, set: MetadataSet): boolean {
  switch (expression.kind) {
    case 'and':
      return expression.operands.every((operand) => matches(operand, item, set))
    case 'or':
      return expression.operands.some((operand) => matches(operand, item, set))
    case 'not':
      return !matches(expression.operand, item, set)
    case 'comparison':
      return compare(expression, item, set)
    case 'call':
      throw new DataverseFault(
        400,
        '0x8006088a',
        `The "${expression.name}" function isn't supported for Metadata Entities.`,
      )
    case 'path':
      return valueAt(item, expression.segments, set) === true
    default:
      throw notEmulated('this kind of $filter on metadata')
  }
}

function pick(item: Json, select: readonly string[] | undefined, set: MetadataSet): MutableJson {
  if (!select)
    return Object.fromEntries(Object.entries(item).filter(([name]) => name.startsWith('@') || set.members.has(name)))
  const kept = new Set(['@odata.type', ...select, 'MetadataId'])
  return Object.fromEntries(Object.entries(item).filter(([name]) => kept.has(name)))
}

const isSet = (value: MetadataSet | Json): value is MetadataSet =>
  Array.isArray(value['items']) && 'expansions' in value

function expandInto(out: MutableJson, item: Json, { nav, options }: ExpandItem, set: MetadataSet): void {
  const expanded = set.expansions(item, nav)
  if (expanded === undefined) throw unknownProperty(nav, set.type)
  if (expanded !== null && isSet(expanded)) {
    // A cast narrows what is expanded, not where it is written: `Attributes/Microsoft.Dynamics.CRM.X`.
    out[nav.split('/')[0] ?? nav] = queryMetadata(expanded, options)
    return
  }
  const { select } = options
  out[nav] =
    expanded &&
    Object.fromEntries(
      Object.entries(expanded).filter(([name]) => !select || select.includes(name) || name === 'MetadataId'),
    )
}

/** Known by the type, though the set be empty. */
function checkSelect({ select = [] }: QueryOptions, { members, type }: MetadataSet): void {
  for (const name of select) if (!members.has(name)) throw unknownProperty(name, type)
}

/** One object with `$select` and `$expand`. */
export function shapeMetadata(item: Json, options: QueryOptions, set: MetadataSet): MutableJson {
  checkSelect(options, set)
  const out = pick(item, options.select, set)
  for (const expand of options.expand) expandInto(out, item, expand, set)
  return out
}

/** Filters and shapes a set. @throws DataverseFault 400 0x8006088a for a function in the filter */
export function queryMetadata(set: MetadataSet, options: QueryOptions): MutableJson[] {
  const { filter } = options
  checkSelect(options, set)
  const kept = filter ? set.items.filter((item) => matches(filter, item, set)) : set.items
  return kept.map((item) => shapeMetadata(item, options, set))
}
