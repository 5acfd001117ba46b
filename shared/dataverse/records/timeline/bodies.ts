import { createFindings, seenBy } from '../../column-security/findings.ts'
import { isShown } from '../../column-security/guard-query.ts'
import { guardedQuery } from '../../column-security/resolve-visible.ts'
import type { Entity, EntityIndex, Metadata } from '../../metadata/model.ts'
import { bareSource, filterOf, listOf, plainAttribute, type Query } from '../../query/model/query.ts'
import { fetchPath } from '../../query/to-wire/first-page.ts'
import { Page, type Row } from '../../rows/rows.ts'
import type { Read, ReadResult } from '../../web-api/web-api.ts'
import type { RefusedTable } from './head-lists.ts'
import { ACTIVITIES, ATTACHMENTS, NOTES } from './kinds.ts'
import type { Head } from './when.ts'

const OF_ACTIVITIES = ['subject', 'description', 'regardingobjectid', 'ownerid', 'directioncode']
const OF_NOTES = ['subject', 'notetext', 'objectid', 'createdby', 'filename', 'mimetype', 'filesize']
/** As long as whoever writes one wants: pictures stand within them. */
const TEXTS: ReadonlySet<string> = new Set(['description', 'notetext'])
const PARTIES = 'activityparty'
const OF_PARTIES = ['activityid', 'partyid', 'participationtypemask', 'addressused']
/** Dataverse gives no more in a page. */
export const MOST_PARTIES = 5_000
/** What stands in a file is not asked for, however large it is: its row says how large. */
const OF_FILES = ['objectid', 'filename', 'mimetype', 'filesize']
export const MOST_FILES = 1_000

/** What is read of the items of one table. */
export type BodyRead = { readonly entity: Entity; readonly query: Query; readonly count: number }

export type BodyReads = {
  readonly bodies: readonly BodyRead[]
  /** Those who took part, by their activities. */
  readonly parties?: BodyRead
  /** What is attached to them. */
  readonly files?: BodyRead
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
  const [parties, files] = await Promise.all([
    besideOf(PARTIES, OF_PARTIES, MOST_PARTIES, activities, { metadata, index }),
    besideOf(ATTACHMENTS, OF_FILES, MOST_FILES, activities, { metadata, index }),
  ])
  return {
    bodies: guarded.map(({ read }) => read),
    ...(parties && { parties: parties.read }),
    ...(files && { files: files.read }),
    said: [...new Set([...guarded, ...[parties, files].flatMap((one) => one ?? [])].flatMap(({ hidden }) => hidden))],
  }
}

/** The rows of a table that has no row without an activity, by the first of its columns; nothing where none is known. */
async function besideOf(
  name: string,
  [by = '', ...columns]: readonly string[],
  count: number,
  ids: readonly string[],
  { metadata, index }: Pick<Reading, 'metadata' | 'index'>,
): Promise<{ readonly read: BodyRead; readonly hidden: readonly string[] } | undefined> {
  const entity = index.byName.get(name)
  if (!entity || ids.length === 0) return undefined
  const table = await metadata.table(entity)
  const sight = await metadata.sight([table])
  const findings = createFindings()
  const shown = [by, ...columns].filter((column) => {
    const known = table.byName.get(column) ?? table.hidden?.get(column)
    const seen = known && seenBy(sight, known)
    if (seen) findings.add(`${column} of ${name}`, seen)
    return seen !== undefined && isShown(seen)
  })
  return { read: { entity, query: listBy(entity, by, ids, shown), count }, hidden: findings.sentences() }
}

function listBy(entity: Entity, column: string, ids: readonly string[], columns: readonly string[]): Query {
  return listOf({
    ...bareSource(entity.name),
    attributes: [...new Set([entity.idColumn, ...columns])].map(plainAttribute),
    orders: [{ attribute: entity.idColumn, descending: false }],
    filters: [filterOf('and', { conditions: [{ attribute: column, operator: 'in', values: ids }] })],
  })
}

/** All of them, in the order that {@link foundBodies} takes the answers in. */
export function allOf({ bodies, parties, files }: BodyReads): readonly BodyRead[] {
  return [...bodies, ...[parties, files].flatMap((read) => read ?? [])]
}

export function readsOf(reads: BodyReads): Read<Page>[] {
  return allOf(reads).map(({ entity, query, count }) => ({
    path: fetchPath(query, entity, { page: 1, count }),
    schema: Page,
  }))
}

export type FoundBodies = {
  /** By id. */
  readonly rows: ReadonlyMap<string, Row>
  /** By the id of their activity, in the order of the roles that they have in it. */
  readonly parties: ReadonlyMap<string, readonly Row[]>
  /** By the id of what they are attached to. */
  readonly files: ReadonlyMap<string, readonly Row[]>
  /** There may be others who took part, or other files: no more come in one answer. */
  readonly cut: readonly ('parties' | 'files')[]
  readonly refused: readonly RefusedTable[]
}

export function foundBodies(reads: BodyReads, answers: readonly ReadResult<Page>[]): FoundBodies {
  const answered = allOf(reads).map((read, at) => ({ read, answer: answers[at] }))
  const refused = answered.flatMap(({ read: { entity }, answer }): RefusedTable[] =>
    answer && !answer.ok ? [{ entity, error: answer.error }] : [],
  )
  const rowsOf = (wanted: BodyRead | undefined): readonly Row[] =>
    answered.flatMap(({ read, answer }) => (read === wanted ? rowsIn(answer) : []))
  const rows = reads.bodies.flatMap((read) => rowsOf(read).map((row) => [idIn(row, read.entity), row] as const))
  const role = (row: Row): number => Number(row['participationtypemask'])
  const parties = rowsOf(reads.parties).toSorted((one, other) => role(one) - role(other))
  const files = rowsOf(reads.files)
  return {
    rows: new Map(rows),
    parties: groupedBy('activityid', parties),
    files: groupedBy('objectid', files),
    cut: [
      ...(parties.length >= MOST_PARTIES ? ['parties' as const] : []),
      ...(files.length >= MOST_FILES ? ['files' as const] : []),
    ],
    refused,
  }
}

function groupedBy(lookup: string, rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  return Map.groupBy(rows, (row) => String(row[`_${lookup}_value`]).toLowerCase())
}

function rowsIn(answer: ReadResult<Page> | undefined): readonly Row[] {
  return answer?.ok ? answer.value.value : []
}

function idIn(row: Row, { idColumn }: Entity): string {
  return String(row[idColumn]).toLowerCase()
}
