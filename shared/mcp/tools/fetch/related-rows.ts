import type { Entity, EntityIndex, Table } from '../../../dataverse/metadata/model.ts'
import { bareSource, filterOf, listOf, plainAttribute, type Filter } from '../../../dataverse/query/model/query.ts'
import { countFetch } from '../../../dataverse/query/to-wire/count.ts'
import { fetchPath } from '../../../dataverse/query/to-wire/first-page.ts'
import { writeFetch } from '../../../dataverse/query/to-wire/write-fetch.ts'
import { withOptions } from '../../../dataverse/web-api/url.ts'
import { activityWays } from '../../../dataverse/records/belonging/activity-ways.ts'
import { belongingTo, lookupsOf } from '../../../dataverse/records/belonging/belonging.ts'
import { OF_THE_PLATFORM, RULES, type Rule } from '../../../dataverse/records/belonging/rules.ts'

/** Rows of a main table that belong to a record, and where they are read. */
export type RelatedRows = Pick<Rule, 'shown' | 'openOnly' | 'order'> & {
  readonly entity: Entity
  /** The record that they belong to. */
  readonly of: string
  readonly lists: readonly List[]
  /** Where only open rows are shown: counts all of them by their state. */
  readonly states?: string
}

/** One of the lists that rows are read by: of the record itself, or through rows of another table that belong to it. */
export type List = { readonly through?: Entity; readonly path: string }

/** Rows of a custom table that belong to a record: they are counted. */
export type CountedRows = { readonly entity: Entity; readonly path: string }

export type Related = {
  readonly rows: readonly RelatedRows[]
  readonly counted: readonly CountedRows[]
  /** Custom tables that are related too, and not counted. */
  readonly uncounted: readonly Entity[]
}

/** Rows shown of each table; one more is read, so that "more" can be told truthfully. */
export const MOST_RELATED = 5
/** Each is a part of the one request. */
const MOST_COUNTED = 10

/** What to read with a record of `table`: a handful of each of the main tables, last changed first, and how many of others. */
export function relatedRows(table: Table, id: string, index: EntityIndex): Related {
  const rows = RULES.flatMap((rule) => {
    const target = index.byName.get(rule.entity)
    const lookups = lookupsOf(rule, table)
    return target && lookups.length > 0 ? [readOf(rule, target, belongingTo(id, lookups), { table, id, index })] : []
  })
  const custom = customTables(table, index)
  const counted = custom.filter(({ lookups }) => lookups.length > 0).slice(0, MOST_COUNTED)
  return {
    rows,
    counted: counted.map(({ entity, lookups }) => ({ entity, path: countPath(entity, belongingTo(id, lookups)) })),
    uncounted: custom.filter((one) => !counted.includes(one)).map(({ entity }) => entity),
  }
}

type Place = { readonly table: Table; readonly id: string; readonly index: EntityIndex }

function readOf(rule: Rule, entity: Entity, belongs: Filter, place: Place): RelatedRows {
  const { openOnly, shown, order } = rule
  const open = filterOf('and', {
    conditions: openOnly ? [{ attribute: 'statecode', operator: 'eq', values: ['0'] }] : [],
    filters: [belongs],
  })
  const ways = entity.name === 'activitypointer' ? activityWays(place.table, place.id, place.index) : [{ filter: open }]
  return {
    entity,
    of: place.id,
    lists: ways.map(({ filter, ...way }) => ({ ...way, path: listPath(entity, rule, filter) })),
    ...(openOnly && { states: statesPath(entity, belongs) }),
    shown,
    openOnly,
    ...(order && { order }),
  }
}

function listPath(entity: Entity, { shown, order }: Pick<Rule, 'shown' | 'order'>, filter: Filter): string {
  const { name, idColumn, nameColumn } = entity
  const by = order ?? 'modifiedon'
  const columns = [...new Set([idColumn, ...(nameColumn ? [nameColumn] : []), by, ...Object.keys(shown)])]
  const query = listOf({
    ...bareSource(name),
    attributes: columns.map(plainAttribute),
    orders: [{ attribute: by, descending: order === undefined }],
    filters: [filter],
  })
  return fetchPath(query, entity, { page: 1, count: MOST_RELATED + 1 })
}

function statesPath(entity: Entity, belongs: Filter): string {
  const state = { ...plainAttribute('statecode'), alias: 'state', groupBy: true }
  const rows = { ...plainAttribute(entity.idColumn), alias: 'rows', aggregate: 'count' as const }
  const query = listOf({ ...bareSource(entity.name), attributes: [state, rows], filters: [belongs] })
  return withOptions(entity.entitySet, { fetchXml: writeFetch({ ...query, aggregate: true }) })
}

function countPath(entity: Entity, belongs: Filter): string {
  const query = countFetch(listOf({ ...bareSource(entity.name), filters: [belongs] }), entity)
  if (!query) throw new TypeError('a plain list without its count')
  return withOptions(entity.entitySet, { fetchXml: writeFetch(query) })
}

/** By each of them once, with the lookups that lead here; pairs of rows have none. */
function customTables({ collections }: Table, index: EntityIndex): { entity: Entity; lookups: readonly string[] }[] {
  const byTarget = Map.groupBy(collections, ({ target }) => target)
  return [...byTarget].flatMap(([target, ways]) => {
    const entity = index.byName.get(target)
    const wanted = ways.filter(({ column = '' }) => !OF_THE_PLATFORM.has(column))
    if (entity?.kind !== 'custom' || wanted.length === 0) return []
    return [{ entity, lookups: wanted.flatMap(({ column }) => column ?? []) }]
  })
}
