import type { Entity } from '../../metadata/model.ts'
import { bareSource, filterOf, listOf, plainAttribute, type Query } from '../../query/model/query.ts'
import { fetchPath } from '../../query/to-wire/first-page.ts'
import { Page } from '../../rows/rows.ts'
import type { Read, ReadResult } from '../../web-api/web-api.ts'
import { rolledUpRows } from '../belonging/activity-ways.ts'
import type { HeadPlace, RefusedTable } from './head-lists.ts'
import type { Audited } from './history.ts'
import type { TimeRange } from './range.ts'
import { compared } from './when.ts'

/** Records that belong to a customer whose history is read, those that were changed last: each is a call of its own. */
export const MOST_RECORDS = 10
const CHANGED = 'modifiedon'

export type RecordList = { readonly entity: Entity; readonly query: Query }

/** The records whose changes are a customer's, too; one that was not touched since has none. */
export function recordLists({ table, id, index, isUsable }: HeadPlace, { since }: TimeRange): RecordList[] {
  return rolledUpRows(table, id, index).map(({ through: entity, belongs }) => {
    const { name, idColumn, nameColumn } = entity
    const isDated = isUsable(name, CHANGED)
    const columns = [idColumn, ...(nameColumn === undefined ? [] : [nameColumn]), ...(isDated ? [CHANGED] : [])]
    const from = since !== undefined && isDated ? [new Date(since).toISOString()] : []
    const recent = from.map((value) => ({ attribute: CHANGED, operator: 'ge', values: [value] }))
    const query = listOf({
      ...bareSource(name),
      attributes: columns.map(plainAttribute),
      orders: [isDated ? { attribute: CHANGED, descending: true } : { attribute: idColumn, descending: false }],
      filters: [filterOf('and', { conditions: recent, filters: [belongs] })],
    })
    return { entity, query }
  })
}

export function recordReads(lists: readonly RecordList[]): Read<Page>[] {
  return lists.map(({ entity, query }) => ({
    path: fetchPath(query, entity, { page: 1, count: MOST_RECORDS + 1 }),
    schema: Page,
    annotations: ['Microsoft.Dynamics.CRM.morerecords'],
  }))
}

export type FoundRecords = {
  readonly records: readonly Audited[]
  /** There are others, whose history is not read. */
  readonly isCut: boolean
  readonly refused: readonly RefusedTable[]
}

export function foundRecords(lists: readonly RecordList[], answers: readonly ReadResult<Page>[]): FoundRecords {
  const refused = lists.flatMap(({ entity }, at): RefusedTable[] => {
    const answer = answers[at]
    return answer && !answer.ok ? [{ entity, error: answer.error }] : []
  })
  const rows = lists.flatMap(({ entity }, at) => {
    const answer = answers[at]
    return answer?.ok ? answer.value.value.map((row) => ({ entity, row })) : []
  })
  const changed = rows.toSorted((one, other) => compared(String(other.row[CHANGED]), String(one.row[CHANGED])))
  const records = changed.slice(0, MOST_RECORDS).map(({ entity, row }): Audited => {
    const name = row[entity.nameColumn ?? '']
    return { entity, id: String(row[entity.idColumn]).toLowerCase(), ...(typeof name === 'string' && { name }) }
  })
  return { records, isCut: changed.length > MOST_RECORDS, refused }
}
