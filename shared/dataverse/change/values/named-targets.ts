import type { Column, Entity, Table } from '../../metadata/model.ts'
import { isLookup } from '../../query/resolve/names/find-column.ts'
import { kindOf } from '../../query/model/column-kind.ts'
import { bareSource, filterOf, listOf, plainAttribute, type Condition } from '../../query/model/query.ts'
import { alsoNamesIn, NUMBERS } from '../../query/resolve/values/references/find-named.ts'
import { likePattern } from '../../query/to-wire/like-pattern.ts'
import { fetchPath } from '../../query/to-wire/first-page.ts'
import { Page, type Row } from '../../rows/rows.ts'
import { isRefusal } from '../../web-api/coalesce.ts'
import type { ChangeContext } from '../operation.ts'

/** A row as people tell it from others of its name. */
export type NamedTarget = {
  readonly id: string
  readonly entity: Entity
  readonly name?: string
  /** Its address, its code: what else it goes by. */
  readonly also: readonly string[]
  /** One more column, in words. */
  readonly about?: string
  readonly isInactive: boolean
}

/** Of rows that are looked for by name: at most `most` of each table, and one more where there are more. */
export type Wanted = { readonly ids: readonly string[] } | { readonly name: string; readonly most: number }

type Context = Pick<ChangeContext, 'dataverse' | 'metadata'>

/** Their columns are read for what tells rows of one name apart; of more tables at once that costs too much, but for numbers. */
const MOST_DESCRIBED = 4
const LONGEST_ABOUT = 60

/** The rows of these tables that the person may read; one request. A table that may not be read has none. */
export async function rowsWith(
  wanted: Wanted,
  entities: readonly Entity[],
  { dataverse, metadata }: Context,
): Promise<readonly NamedTarget[]> {
  const isNamed = 'name' in wanted
  const asked = entities.filter(({ nameColumn }) => !isNamed || nameColumn !== undefined)
  const described = asked.length > MOST_DESCRIBED ? asked.filter(({ name }) => NUMBERS.has(name)) : asked
  const tables = await metadata.tables(described)
  const sight = await metadata.sight(tables)
  const plans = asked.map((entity) => {
    const table = tables[described.indexOf(entity)]
    return planFor(entity, table, table && tellingColumn(table, (column) => sight(column) === 'shown'))
  })
  const reads = plans.map((plan) => ({ path: pathFor(wanted, plan), schema: Page }))
  const answers = reads.length === 0 ? [] : await dataverse.batch(reads)
  return plans.flatMap((plan, at) => {
    const answer = answers[at]
    if (!answer) return []
    if (!answer.ok && !isRefusal(answer.error)) throw answer.error
    return answer.ok ? answer.value.value.flatMap((row) => targetIn(row, plan)) : []
  })
}

type TargetPlan = {
  readonly entity: Entity
  readonly also: readonly string[]
  readonly telling: Column | undefined
  /** The column that says whether the row is in use. */
  readonly state: Column | undefined
}

function planFor(entity: Entity, table: Table | undefined, telling: Column | undefined): TargetPlan {
  const state = ['isdisabled', 'statecode'].map((name) => table?.byName.get(name)).find((one) => one?.readable)
  const also = table ? alsoNamesIn(table) : []
  return { entity, also, telling, state }
}

/** The first column of the organization's own view that says something of a row beside its name. */
export function tellingColumn(table: Table, isShown: (column: Column) => boolean): Column | undefined {
  const { entity, byName, viewColumns, quickFindColumns } = table
  const columns = [...viewColumns, ...quickFindColumns].flatMap((name) => byName.get(name) ?? [])
  return columns.find((column) => {
    const says = kindOf(column) === 'text' || kindOf(column) === 'choice' || isLookup(column)
    const isKept = column.hiding !== undefined || column.unnamed === true
    return says && column.readable && !isKept && column.name !== entity.nameColumn && isShown(column)
  })
}

function pathFor(wanted: Wanted, { entity, also, telling, state }: TargetPlan): string {
  const { name, idColumn, nameColumn } = entity
  const columns = [idColumn, nameColumn, ...also, telling?.name, state?.name].filter((one) => one !== undefined)
  const conditions: Condition[] =
    'ids' in wanted
      ? [{ attribute: idColumn, operator: 'in', values: wanted.ids }]
      : [
          { attribute: nameColumn ?? idColumn, operator: 'like', values: [likePattern('begins-with', wanted.name)] },
          ...also.map((attribute) => ({ attribute, operator: 'eq', values: [wanted.name] })),
        ]
  const query = listOf({
    ...bareSource(name),
    attributes: [...new Set(columns)].map(plainAttribute),
    // The name itself comes before all that only begins so.
    orders: [nameColumn ?? idColumn, idColumn].map((attribute) => ({ attribute, descending: false })),
    filters: [filterOf('or', { conditions })],
  })
  return fetchPath(query, entity, { page: 1, count: 'ids' in wanted ? wanted.ids.length : wanted.most + 1 })
}

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'

function targetIn(row: Row, { entity, also, telling, state }: TargetPlan): NamedTarget[] {
  const id = row[entity.idColumn]
  if (typeof id !== 'string') return []
  const name = textAt(row, entity.nameColumn)
  const about = telling && (textAt(row, telling.property + FORMATTED) ?? textAt(row, telling.property))
  const inUse = state?.name === 'isdisabled' ? false : 0
  return [
    {
      id: id.toLowerCase(),
      entity,
      ...(name !== undefined && { name }),
      also: also.flatMap((column) => textAt(row, column) ?? []),
      ...(about !== undefined && { about: about.slice(0, LONGEST_ABOUT) }),
      isInactive: state !== undefined && ![undefined, null, inUse].includes(row[state.property] as never),
    },
  ]
}

function textAt(row: Row, key: string | undefined): string | undefined {
  const value = key === undefined ? undefined : row[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}
