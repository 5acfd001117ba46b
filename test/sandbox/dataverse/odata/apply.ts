import type { Answer, ApiRequest, MutableJson } from '../api.ts'
import { notEmulated, odataError } from '../errors.ts'
import { aggregateTuples } from '../fetchxml/aggregate.ts'
import type { Attribute, Link, Source } from '../fetchxml/bind.ts'
import { fieldOf } from '../fetchxml/bind.ts'
import type { Tuple } from '../fetchxml/evaluate.ts'
import type { ToOne } from '../navigation.ts'
import { follow, navigationOf } from '../navigation.ts'
import type { Entity } from '../schema.ts'
import type { Row } from '../store.ts'
import { splitOutside } from '../text.ts'
import { compileFilter } from './evaluate.ts'
import type { QueryOptions } from './options.ts'
import { parseFilter } from './parser.ts'
import { requireProperty } from './properties.ts'

const METHODS: Readonly<Record<string, string>> = {
  sum: 'sum',
  average: 'avg',
  min: 'min',
  max: 'max',
  countdistinct: 'countcolumn',
}

type Plan = { readonly attributes: readonly Attribute[]; readonly hops: readonly ToOne[] }

const plain = { groupBy: false, distinct: false, userTimeZone: true }

/** The text between the parentheses of `name(…)`; undefined for another form. */
function inside(text: string, name: string): string | undefined {
  const trimmed = text.trim()
  return trimmed.startsWith(`${name}(`) && trimmed.endsWith(')') ? trimmed.slice(name.length + 1, -1) : undefined
}

function groupAttribute(
  path: string,
  root: Source,
  request: ApiRequest,
): { readonly attribute: Attribute; readonly hop?: ToOne } {
  const [first = '', second] = path.trim().split('/')
  if (second === undefined) {
    const { column, key } = requireProperty(root.entity, first)
    if (column.type === 'DateTime') throw notEmulated('$apply grouped by a date')
    const field = fieldOf(root.entity, column.name, request.reader)
    return { attribute: { ...plain, groupBy: true, alias: key, source: root, field } }
  }
  const hop = navigationOf(root.entity, first)
  if (hop?.kind !== 'one')
    throw odataError(
      `Could not find a property named '${first}' on type 'Microsoft.Dynamics.CRM.${root.entity.logicalName}'.`,
    )
  const source: Source = { ...root, alias: first, entity: hop.target }
  const field = fieldOf(hop.target, requireProperty(hop.target, second).column.name, request.reader)
  return { attribute: { ...plain, groupBy: true, alias: `${hop.target.logicalName}_${second}`, source, field }, hop }
}

function aggregateAttribute(text: string, root: Source, request: ApiRequest): Attribute {
  const [, count, countAlias] = /^\s*(\$count)\s+as\s+(\w+)\s*$/.exec(text) ?? []
  const [, name, method = '', alias] = /^\s*(\w+)\s+with\s+(\w+)\s+as\s+(\w+)\s*$/.exec(text) ?? []
  const id = root.entity.primaryIdAttribute
  if (count !== undefined && countAlias !== undefined) {
    return {
      ...plain,
      aggregate: 'count',
      alias: countAlias,
      source: root,
      field: fieldOf(root.entity, id, request.reader),
    }
  }
  const aggregate = METHODS[method]
  if (name === undefined || alias === undefined || aggregate === undefined)
    throw odataError(`Syntax error in aggregate(${text}).`)
  const field = fieldOf(root.entity, requireProperty(root.entity, name).column.name, request.reader)
  return { ...plain, aggregate, distinct: method === 'countdistinct', alias, source: root, field }
}

function planOf(transformation: string, root: Source, request: ApiRequest): Plan {
  const aggregates = (text: string): Attribute[] =>
    splitOutside(text, ',').map((part) => aggregateAttribute(part, root, request))
  const total = inside(transformation, 'aggregate')
  if (total !== undefined) return { attributes: aggregates(total), hops: [] }
  const grouped = inside(transformation, 'groupby')
  const [groups = '', aggregate, ...more] = splitOutside(grouped ?? '', ',')
  const paths = inside(groups, '')
  if (paths === undefined || more.length > 0) throw notEmulated(`$apply=${transformation}`)
  const keys = splitOutside(paths, ',').map((path) => groupAttribute(path, root, request))
  const inner = aggregate === undefined ? [] : aggregates(inside(aggregate, 'aggregate') ?? '')
  const hops = keys.flatMap(({ hop }) => hop ?? [])
  return { attributes: [...keys.map(({ attribute }) => attribute), ...inner], hops }
}

function tupleOf(row: Row, hops: readonly ToOne[], { reader }: ApiRequest): Tuple {
  return new Map([['', row], ...hops.map((hop): [string, Row | null] => [hop.relation.nav, follow(reader, row, hop)])])
}

/** Answers `$apply=[filter(…)/](groupby(…) | aggregate(…))`. @throws DataverseFault */
export function applyAnswer(options: QueryOptions, entity: Entity, rows: readonly Row[], request: ApiRequest): Answer {
  if (options.orderBy.length > 0) throw odataError('The query node SingleValueOpenPropertyAccess is not supported')
  const steps = splitOutside(options.apply ?? '', '/')
  const condition = steps.length > 1 ? inside(steps[0] ?? '', 'filter') : undefined
  if (steps.length > (condition === undefined ? 1 : 2)) throw notEmulated(`$apply=${options.apply ?? ''}`)
  const keeps = condition === undefined ? () => true : compileFilter(parseFilter(condition), request.reader, entity)
  const links: readonly Link[] = []
  const root: Source = { alias: '', entity, attributes: [], allAttributes: false, filters: [], links, orders: [] }
  const { attributes, hops } = planOf(steps.at(-1) ?? '', root, request)
  const tuples = rows.filter(keeps).map((row) => tupleOf(row, hops, request))
  const value: MutableJson[] = aggregateTuples(tuples, { ...root, attributes }, request)
  return { status: 200, body: { '@odata.context': `${request.base}$metadata#${entity.entitySetName}`, value } }
}
