import type { DataverseError } from '../../errors.ts'
import type { Entity, EntityIndex, Table } from '../../metadata/model.ts'
import {
  bareSource,
  filterOf,
  listOf,
  plainAttribute,
  type Condition,
  type Filter,
  type Query,
} from '../../query/model/query.ts'
import { fetchPath } from '../../query/to-wire/first-page.ts'
import { nextPaging } from '../../query/to-wire/paging.ts'
import { kindOf } from '../../rows/record-link.ts'
import { Page } from '../../rows/rows.ts'
import type { Read, ReadResult } from '../../web-api/web-api.ts'
import { activityWays, noteWays, type BelongingWay } from '../belonging/activity-ways.ts'
import { ACTIVITIES, NOTES, type WantedKinds } from './kinds.ts'
import type { TimeRange } from './range.ts'
import { DATES, HAPPENED, headOf, OPEN_STATES, type Head } from './when.ts'

/** Rows looked through by one way; Dataverse gives no more in a page. */
export const MOST_HEADS = 5_000
const MORE = ['Microsoft.Dynamics.CRM.morerecords']
const CHANGED = 'modifiedon'
const LoosePage = Page.loose()

/** One list of what is a record's, by one way. */
export type HeadList = {
  readonly entity: Entity
  readonly through?: Entity
  readonly query: Query
}

export type HeadPlace = {
  readonly table: Table
  readonly id: string
  readonly index: EntityIndex
  /** Whether a condition can be put on a column, and what it holds told. */
  readonly isUsable: (table: string, column: string) => boolean
}

export type WantedHeads = {
  readonly kinds: WantedKinds
  readonly range: TimeRange
  /** Whether what is not done yet is wanted, too. */
  readonly open: boolean
}

/** The lists of activities and notes of a record, and of what belongs to it. A table that models may not know has none. */
export function headLists(place: HeadPlace, wanted: WantedHeads): HeadList[] {
  const { table, id, index } = place
  const [activities, notes] = [index.byName.get(ACTIVITIES), index.byName.get(NOTES)]
  const asked = { activities: wanted.kinds.activities && activities, notes: wanted.kinds.notes && notes }
  return [
    ...(asked.activities ? listsOf(asked.activities, activityWays(table, id, index), place, wanted) : []),
    ...(asked.notes ? listsOf(asked.notes, noteWays(table, id, index), place, wanted) : []),
  ]
}

function listsOf(
  entity: Entity,
  ways: readonly BelongingWay[],
  { isUsable }: HeadPlace,
  { kinds: { tables }, range, open }: WantedHeads,
): HeadList[] {
  const usable = (columns: readonly string[]): string[] => columns.filter((column) => isUsable(entity.name, column))
  const isActivity = entity.name === ACTIVITIES
  const columns = usable([...(isActivity ? ['activitytypecode', 'statecode', ...DATES] : ['createdon'])])
  const filters = [
    ...sinceFilter(range, usable(isActivity ? HAPPENED : ['createdon']), isActivity && open),
    ...(isActivity && !open && columns.includes('statecode') ? [stateFilter('not-in')] : []),
    ...(isActivity && tables && columns.includes('activitytypecode') ? [kindFilter(tables)] : []),
  ]
  const orders = usable([CHANGED]).map((attribute) => ({ attribute, descending: true }))
  return ways.map(({ filter, through }) => ({
    entity,
    ...(through && { through }),
    query: listOf({
      ...bareSource(entity.name),
      attributes: [entity.idColumn, ...columns].map(plainAttribute),
      orders: [...orders, { attribute: entity.idColumn, descending: false }],
      filters: [filterOf('and', { filters: [filter, ...filters] })],
    }),
  }))
}

/** What it leaves is looked at again: one date may be later than the one that counts. */
function sinceFilter({ since }: TimeRange, columns: readonly string[], open: boolean): Filter[] {
  if (since === undefined || columns.length === 0) return []
  const from = new Date(since).toISOString()
  const conditions = columns.map((attribute): Condition => ({ attribute, operator: 'ge', values: [from] }))
  return [filterOf('or', { conditions, filters: open ? [stateFilter('in')] : [] })]
}

function stateFilter(operator: 'in' | 'not-in'): Filter {
  return filterOf('and', { conditions: [{ attribute: 'statecode', operator, values: OPEN_STATES }] })
}

function kindFilter(tables: readonly string[]): Filter {
  return filterOf('and', { conditions: [{ attribute: 'activitytypecode', operator: 'in', values: tables }] })
}

export function headReads(lists: readonly HeadList[]): Read<Page>[] {
  return lists.map(({ entity, query }) => ({
    path: fetchPath(query, entity, { page: 1, count: MOST_HEADS }),
    schema: LoosePage,
    annotations: MORE,
  }))
}

export type RefusedTable = { readonly entity: Entity; readonly error: DataverseError }

export type FoundHeads = {
  /** Each once, by whichever ways it was found. */
  readonly heads: readonly Head[]
  /** Lists that went on beyond what was looked through. */
  readonly cut: readonly HeadList[]
  /** By table once: where the record's own are refused it is for their table, else for the one that leads to them. */
  readonly refused: readonly RefusedTable[]
}

export function foundHeads(lists: readonly HeadList[], answers: readonly ReadResult<Page>[]): FoundHeads {
  const heads = new Map<string, Head>()
  const cut: HeadList[] = []
  const refused = new Map<string, RefusedTable>()
  for (const [at, list] of lists.entries()) {
    const answer = answers[at]
    const { entity, through = entity } = list
    if (answer?.ok) {
      for (const head of answer.value.value.flatMap((row) => headIn(row, entity))) heads.set(head.id, head)
      if (nextPaging(answer.value, 1)) cut.push(list)
    } else if (answer && !refused.has(entity.name)) refused.set(through.name, { entity: through, error: answer.error })
  }
  return { heads: [...heads.values()], cut, refused: [...refused.values()] }
}

function headIn(row: Page['value'][number], { name, idColumn }: Entity): Head[] {
  const id = row[idColumn]
  return typeof id === 'string' ? [headOf(row, id.toLowerCase(), kindOf(row, name))] : []
}
