import type { Answer, ApiRequest, MutableJson } from '../http/api.ts'
import { odataError, unknownProperty } from '../http/errors.ts'
import { aggregateTuples } from '../fetchxml/aggregate.ts'
import type { Attribute, Field, Source } from '../fetchxml/bind.ts'
import { fieldOf } from '../fetchxml/bind.ts'
import type { Tuple } from '../fetchxml/evaluate.ts'
import type { ToOne } from '../store/navigation.ts'
import { follow, navigationOf } from '../store/navigation.ts'
import type { Column, Entity } from '../schema/schema.ts'
import { requireReadPrivilege } from '../security/security.ts'
import type { Row } from '../store/store.ts'
import type { AggregateItem, Method } from './apply-parser.ts'
import { parseApply } from './apply-parser.ts'
import { compileFilter } from './evaluate.ts'
import type { QueryOptions } from './options.ts'
import { requireProperty } from './properties.ts'

const METHODS: Readonly<Record<Method, string>> = {
  sum: 'sum',
  average: 'avg',
  min: 'min',
  max: 'max',
  countdistinct: 'countcolumn',
}

/** A lookup on the way to a column: the tuple has its row under `alias`, read from the row under `from`. */
type Hop = { readonly alias: string; readonly from: string; readonly navigation: ToOne }
type Place = { readonly source: Source; readonly field: Field; readonly column: Column; readonly key: string }

type Scope = { readonly root: Source; readonly request: ApiRequest; readonly hops: Map<string, Hop> }

const plain = { groupBy: false, distinct: false, userTimeZone: false }

/** Walks the lookups of a path; its column's key in the result is `name`, or `table_name` behind a lookup. */
function placeOf(path: readonly string[], { root, request, hops }: Scope): Place {
  let source = root
  for (const name of path.slice(0, -1)) {
    const navigation = navigationOf(source.entity, name)
    if (navigation?.kind !== 'one') throw unknownProperty(name, source.entity.logicalName)
    requireReadPrivilege(request.reader.caller, navigation.target)
    const alias = `${source.alias}/${name}`
    hops.set(alias, { alias, from: source.alias, navigation })
    source = { ...root, alias, entity: navigation.target }
  }
  const { column, key } = requireProperty(source.entity, path.at(-1) ?? '')
  const field = fieldOf(source.entity, column.name, request.reader)
  return { source, field, column, key: source === root ? key : `${source.entity.logicalName}_${key}` }
}

function groupAttribute(path: readonly string[], scope: Scope): Attribute {
  const { source, field, column, key } = placeOf(path, scope)
  if (column.type === 'DateTime') throw odataError(`$apply cannot group by the date '${path.join('/')}'.`)
  return { ...plain, groupBy: true, alias: key, source, field }
}

function aggregateAttribute({ alias, of }: AggregateItem, scope: Scope): Attribute {
  if (!of) {
    const field = fieldOf(scope.root.entity, scope.root.entity.primaryIdAttribute, scope.request.reader)
    return { ...plain, aggregate: 'count', alias, source: scope.root, field }
  }
  const { source, field } = placeOf(of.path, scope)
  return { ...plain, aggregate: METHODS[of.method], distinct: of.method === 'countdistinct', alias, source, field }
}

function tupleOf(row: Row, hops: Iterable<Hop>, { reader }: ApiRequest): Tuple {
  const tuple = new Map<string, Row | null>([['', row]])
  for (const { alias, from, navigation } of hops) {
    const start = tuple.get(from)
    tuple.set(alias, start ? follow(reader, start, navigation) : null)
  }
  return tuple
}

/** Answers `$apply=[filter(…)/](groupby(…) | aggregate(…))`. @throws DataverseFault */
export function applyAnswer(options: QueryOptions, entity: Entity, rows: readonly Row[], request: ApiRequest): Answer {
  if (options.orderBy.length > 0) throw odataError('The query node SingleValueOpenPropertyAccess is not supported')
  const { filters, groups, aggregates } = parseApply(options.apply ?? '', options.aliases)
  const keeps = filters.map((filter) => compileFilter(filter, request.reader, entity))
  const root: Source = {
    alias: '',
    isNamed: false,
    entity,
    attributes: [],
    allAttributes: false,
    filters: [],
    links: [],
    orders: [],
  }
  const scope: Scope = { root, request, hops: new Map() }
  const attributes = [
    ...groups.map((path) => groupAttribute(path, scope)),
    ...aggregates.map((item) => aggregateAttribute(item, scope)),
  ]
  const found = rows.filter((row) => keeps.every((keep) => keep(row)))
  const tuples = found.map((row) => tupleOf(row, scope.hops.values(), request))
  const value: MutableJson[] = aggregateTuples(tuples, { ...root, attributes }, request).slice(0, options.top)
  return { status: 200, body: { '@odata.context': `${request.base}$metadata#${entity.entitySetName}`, value } }
}
