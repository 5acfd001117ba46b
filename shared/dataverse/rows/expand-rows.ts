import { seenBy, type Findings } from '../column-security/findings.ts'
import { isShown } from '../column-security/guard-query.ts'
import type { Column, Entity, Metadata, Table } from '../metadata/model.ts'
import { expandOption, partiesOption } from '../query/to-wire/record-options.ts'
import { findColumn, hiddenColumnNamed, unknownColumn } from '../query/resolve/names/find-column.ts'
import type { Read, WebApi } from '../web-api/web-api.ts'
import { withOptions } from '../web-api/url.ts'
import type { ExpansionPlan } from './expansion-plan.ts'
import { partiesByColumn } from './parties.ts'
import { Page } from './rows.ts'

type Row = Readonly<Record<string, unknown>>
/** The page's rows, to which is added what is found. */
type Filling = readonly Record<string, unknown>[]

/** A row to read by its id, and what to do with it. */
type Wanted = { readonly id: string; readonly put: (found: Row) => void }
type Part = { readonly read: Read<Page>; readonly idColumn: string; readonly wanted: readonly Wanted[] }

export type ExpandContext = {
  readonly api: WebApi
  readonly metadata: Pick<Metadata, 'entities' | 'tables' | 'sight'>
  /** Told of columns that column security hides from the person. */
  readonly findings: Findings
}

/** Ids of one read: with the names around them well below the longest URL, and below 500 conditions. */
const IDS_PER_READ = 100
const LOOKUP_PROPERTY = /^_.+_value(?:@|$)/
const LOOKUP_ENTITY = '@Microsoft.Dynamics.CRM.lookuplogicalname'

/**
 * The rows of a page with what FetchXML cannot bring along: collections, and the rows behind lookups to many tables.
 * One request (`$batch`), none where there is nothing to read.
 * @throws DataverseError; QueryError `unknown_column` for one that no table behind the lookup has
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/join-tables
 */
export async function expandRows(
  rows: readonly Row[],
  entity: Entity,
  plans: readonly ExpansionPlan[],
  context: ExpandContext,
): Promise<readonly Row[]> {
  if (plans.length === 0) return rows
  const expanded = rows.map((row): Record<string, unknown> => ({ ...row }))
  const { rows: collections = [], targets = [], parties = [] } = Object.groupBy(plans, ({ kind }) => kind)
  const parts = parties.flatMap((plan) => partyParts(expanded, entity, plan))
  parts.push(...collectionParts(expanded, entity, collections))
  for (const plan of targets) parts.push(...(await targetParts(expanded, entity, plan, context)))
  if (parts.length > 0) await readParts(parts, context.api)
  for (const plan of collections) expanded.forEach((row) => keepAsked(row, plan))
  return expanded
}

/** Of their parent, which they came under, the rows of a collection say nothing unasked. */
function keepAsked(row: Record<string, unknown>, { under, names }: ExpansionPlan): void {
  const list = row[under]
  if (!Array.isArray(list)) return
  const isKept = (key: string): boolean => !LOOKUP_PROPERTY.test(key) || names.includes(key.split('@', 1)[0] ?? '')
  row[under] = list.map((one: Row) => Object.fromEntries(Object.entries(one).filter(([key]) => isKept(key))))
}

async function readParts(parts: readonly Part[], api: WebApi): Promise<void> {
  const answers = await api.batch(parts.map(({ read }) => read))
  parts.forEach(({ idColumn, wanted }, at) => {
    const answer = answers[at]
    if (!answer?.ok) throw answer?.error ?? new TypeError('a read without its answer')
    const found = new Map(answer.value.value.map((row) => [keyOf(row[idColumn]), row]))
    for (const { id, put } of wanted) {
      const row = found.get(id)
      if (row) put(row)
    }
  })
}

/** Nothing is read again of what came with its row already. */
function collectionParts(rows: Filling, entity: Entity, plans: readonly ExpansionPlan[]): Part[] {
  const missing = rows.filter((row) => plans.some(({ under }) => row[under] === undefined))
  const $expand = plans.map(({ under, names }) => expandOption(under, names, true)).join(',')
  return partsWith($expand, missing, entity, (row, found) => {
    for (const { under } of plans) row[under] = found[under]
  })
}

function partyParts(rows: Filling, entity: Entity, { under, names }: ExpansionPlan): Part[] {
  const missing = rows.filter((row) => row[under] === undefined)
  const tellApart = (row: Record<string, unknown>, found: Row): void => {
    const parties = partiesByColumn(found[under], names)
    row[under] = undefined
    Object.assign(row, parties)
  }
  for (const row of rows) if (row[under] !== undefined) tellApart(row, row)
  return partsWith(partiesOption(under), missing, entity, tellApart)
}

function partsWith(
  $expand: string,
  rows: Filling,
  entity: Entity,
  put: (row: Record<string, unknown>, found: Row) => void,
): Part[] {
  const wanted = rows.flatMap((row) => {
    return wantedOf(row[entity.idColumn], (found) => {
      put(row, found)
    })
  })
  return partsOf(wanted, entity, { $select: entity.idColumn, $expand })
}

/** A read for each table that the page's rows lead to and that has one of the columns. */
async function targetParts(
  rows: Filling,
  entity: Entity,
  plan: ExpansionPlan,
  { metadata, findings }: ExpandContext,
): Promise<Part[]> {
  const { under, names } = plan
  const property = `_${under}_value`
  const { byName } = await metadata.entities()
  const byTarget = Map.groupBy(rows, (row) => byName.get(keyOf(row[property + LOOKUP_ENTITY])))
  const tables = await metadata.tables([...byTarget.keys()].filter((target) => target !== undefined))
  await checkColumns(plan, entity, tables, metadata)
  const sight = await metadata.sight(tables)
  return tables.flatMap((table) => {
    const columns = names.flatMap((name) => columnNamed(table, name) ?? [])
    for (const column of columns) findings.add(`${column.name} of ${table.entity.name}`, seenBy(sight, column))
    const shown = columns.filter((column) => column.readable && isShown(seenBy(sight, column)))
    const read = [...new Set(shown.map((column) => column.property))]
    if (read.length === 0) return []
    const wanted = (byTarget.get(byName.get(table.entity.name)) ?? []).flatMap((row) =>
      wantedOf(row[property], (found) => {
        row[under] = found
      }),
    )
    return partsOf(wanted, table.entity, { $select: read.join(',') })
  })
}

/** A column that no row of this page has may be one of another table that the lookup leads to. */
async function checkColumns(
  { under, names }: ExpansionPlan,
  entity: Entity,
  [first, ...others]: readonly Table[],
  metadata: ExpandContext['metadata'],
): Promise<void> {
  if (!first) return
  const missing = names.filter((name) => ![first, ...others].some((table) => columnNamed(table, name)))
  if (missing.length === 0) return
  const { byName } = await metadata.entities()
  const [own] = await metadata.tables([entity])
  const ways = own?.navigations.filter(({ column }) => column === under) ?? []
  const targets = await metadata.tables(ways.flatMap(({ target }) => byName.get(target) ?? []))
  const unknown = missing.find((name) => !targets.some((table) => columnNamed(table, name)))
  if (unknown !== undefined) throw unknownColumn(first, unknown)
}

/** Also one that an administrator hides: it is left out, and said. */
function columnNamed(table: Table, name: string): Column | undefined {
  return findColumn(table, name) ?? hiddenColumnNamed(table, name)
}

function wantedOf(id: unknown, put: (found: Row) => void): Wanted[] {
  const key = keyOf(id)
  return key === '' ? [] : [{ id: key, put }]
}

function keyOf(id: unknown): string {
  return typeof id === 'string' ? id.toLowerCase() : ''
}

function partsOf(
  wanted: readonly Wanted[],
  { entitySet, idColumn }: Entity,
  options: Readonly<Record<string, string>>,
): Part[] {
  const parts = Array.from({ length: Math.ceil(wanted.length / IDS_PER_READ) }, (_, at) =>
    wanted.slice(at * IDS_PER_READ, (at + 1) * IDS_PER_READ),
  )
  return parts.map((part) => {
    const ids = [...new Set(part.map(({ id }) => id))]
    const $filter = ids.map((id) => `${idColumn} eq ${id}`).join(' or ')
    return { read: { path: withOptions(entitySet, { ...options, $filter }), schema: Page }, idColumn, wanted: part }
  })
}
