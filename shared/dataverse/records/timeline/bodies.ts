import { guardedQuery } from '../../column-security/resolve-visible.ts'
import type { Entity, EntityIndex, Metadata } from '../../metadata/model.ts'
import { bareSource, filterOf, listOf, plainAttribute, type Query } from '../../query/model/query.ts'
import { fetchPath } from '../../query/to-wire/first-page.ts'
import { Page, type Row } from '../../rows/rows.ts'
import type { Read, ReadResult } from '../../web-api/web-api.ts'
import type { RefusedTable } from './head-lists.ts'
import { ACTIVITIES, NOTES } from './kinds.ts'
import type { Head } from './when.ts'

const OF_ACTIVITIES = ['subject', 'description', 'regardingobjectid', 'ownerid', 'directioncode']
const OF_NOTES = ['subject', 'notetext', 'objectid', 'createdby', 'filename', 'mimetype', 'filesize']
/** As long as whoever writes one wants: pictures stand within them. */
const TEXTS: ReadonlySet<string> = new Set(['description', 'notetext'])
const PARTIES = 'activityparty'
const OF_PARTIES = ['activityid', 'partyid', 'participationtypemask', 'addressused']
/** Dataverse gives no more in a page. */
export const MOST_PARTIES = 5_000

/** What is read of the items of one table. */
export type BodyRead = { readonly entity: Entity; readonly query: Query; readonly count: number }

export type BodyReads = {
  readonly bodies: readonly BodyRead[]
  /** Those who took part, by their activities. */
  readonly parties?: BodyRead
  /** What column security or an administrator keeps of them, a sentence each. */
  readonly said: readonly string[]
}

type Reading = {
  readonly metadata: Metadata
  readonly index: EntityIndex
  /** Without them an answer is small, whatever somebody has sent. */
  readonly withTexts: boolean
}

/** The texts of what an answer tells, each from the table of its kind: that of all activities has not all columns. */
export async function bodyReads(heads: readonly Head[], { metadata, index, withTexts }: Reading): Promise<BodyReads> {
  const grouped = [...Map.groupBy(heads, ({ table }) => index.byName.get(table) ?? index.byName.get(ACTIVITIES))]
  const asked = grouped.flatMap(([entity, of]) => (entity ? [{ entity, ids: of.map(({ id }) => id) }] : []))
  const tables = await metadata.tables(asked.map(({ entity }) => entity))
  const guarded = await Promise.all(
    asked.map(async ({ entity, ids }, at) => {
      const known = [tables[at]?.byName, tables[at]?.hidden]
      const all = entity.name === NOTES ? OF_NOTES : OF_ACTIVITIES
      const wanted = withTexts ? all : all.filter((name) => !TEXTS.has(name))
      const columns = wanted.filter((name) => known.some((columnsOf) => columnsOf?.has(name)))
      const { query, hidden } = await guardedQuery(listBy(entity, entity.idColumn, ids, columns), metadata)
      return { read: { entity, query, count: ids.length }, hidden }
    }),
  )
  const activities = heads.filter(({ table }) => table !== NOTES).map(({ id }) => id)
  const entity = index.byName.get(PARTIES)
  const parties = entity && activities.length > 0 ? partiesOf(activities, entity) : undefined
  return {
    bodies: guarded.map(({ read }) => read),
    ...(parties && { parties }),
    said: [...new Set(guarded.flatMap(({ hidden }) => hidden))],
  }
}

function partiesOf(ids: readonly string[], entity: Entity): BodyRead {
  return { entity, query: listBy(entity, 'activityid', ids, OF_PARTIES), count: MOST_PARTIES }
}

function listBy(entity: Entity, column: string, ids: readonly string[], columns: readonly string[]): Query {
  return listOf({
    ...bareSource(entity.name),
    attributes: [...new Set([entity.idColumn, ...columns])].map(plainAttribute),
    orders: [{ attribute: entity.idColumn, descending: false }],
    filters: [filterOf('and', { conditions: [{ attribute: column, operator: 'in', values: ids }] })],
  })
}

export function readsOf({ bodies, parties }: BodyReads): Read<Page>[] {
  return [...bodies, ...(parties ? [parties] : [])].map(({ entity, query, count }) => ({
    path: fetchPath(query, entity, { page: 1, count }),
    schema: Page,
  }))
}

export type FoundBodies = {
  /** By id. */
  readonly rows: ReadonlyMap<string, Row>
  /** By the id of their activity, in the order of the roles that they have in it. */
  readonly parties: ReadonlyMap<string, readonly Row[]>
  /** There may be others who took part: no more come in one answer. */
  readonly isCut: boolean
  readonly refused: readonly RefusedTable[]
}

export function foundBodies({ bodies, parties }: BodyReads, answers: readonly ReadResult<Page>[]): FoundBodies {
  const refused = [...bodies, ...(parties ? [parties] : [])].flatMap(({ entity }, at): RefusedTable[] => {
    const answer = answers[at]
    return answer && !answer.ok ? [{ entity, error: answer.error }] : []
  })
  const rows = bodies.flatMap(({ entity }, at) => rowsIn(answers[at]).map((row) => [idIn(row, entity), row] as const))
  const role = (row: Row): number => Number(row['participationtypemask'])
  const party = parties ? rowsIn(answers[bodies.length]).toSorted((one, other) => role(one) - role(other)) : []
  return {
    rows: new Map(rows),
    parties: Map.groupBy(party, (row) => String(row['_activityid_value']).toLowerCase()),
    isCut: party.length >= MOST_PARTIES,
    refused,
  }
}

function rowsIn(answer: ReadResult<Page> | undefined): readonly Row[] {
  return answer?.ok ? answer.value.value : []
}

function idIn(row: Row, { idColumn }: Entity): string {
  return String(row[idColumn]).toLowerCase()
}
