import { createFindings, seenBy } from '../../../dataverse/column-security/findings.ts'
import type { Entity, EntityIndex, Table } from '../../../dataverse/metadata/model.ts'
import {
  bodyReads,
  foundBodies,
  readsOf,
  type BodyReads,
  type FoundBodies,
} from '../../../dataverse/records/timeline/bodies.ts'
import {
  foundHeads,
  headLists,
  headReads,
  type FoundHeads,
  type HeadList,
} from '../../../dataverse/records/timeline/head-lists.ts'
import { ACTIVITIES, NOTES, wantedKinds, type WantedKinds } from '../../../dataverse/records/timeline/kinds.ts'
import type { TimeRange } from '../../../dataverse/records/timeline/range.ts'
import { byTime, compared, type Head, type Place } from '../../../dataverse/records/timeline/when.ts'
import { formatReference } from '../../../dataverse/records/record-reference.ts'
import { Row } from '../../../dataverse/rows/rows.ts'
import { withOptions } from '../../../dataverse/web-api/url.ts'
import type { ToolContext } from '../../tool/tool.ts'
import type { AskedTimeline } from './asked.ts'

export type ReadTimeline = {
  readonly table: Table
  readonly index: EntityIndex
  readonly row: Row
  readonly kinds: WantedKinds
  /** Newest first, as many as were asked for; all of these were in the time that was asked for. */
  readonly happened: readonly Head[]
  readonly left: number
  /** Behind all of these, and those that went away while they were read. */
  readonly end?: Place
  /** Soonest first; none but on the first page. */
  readonly planned: readonly Head[]
  readonly plannedLeft: number
  /** That no date tells when they were. */
  readonly undated: number
  readonly bodies: FoundBodies
  readonly found: FoundHeads
  /** What column security or an administrator keeps, a sentence each. */
  readonly said: readonly string[]
}

/** What happened, and what is planned: heads of all of it in one request, and the texts of what is told in another. */
export async function readTimeline(asked: AskedTimeline, context: ToolContext): Promise<ReadTimeline> {
  const { dataverse, metadata } = context
  const { entity, id, behind, top } = asked
  const [table, index] = await Promise.all([metadata.table(entity), metadata.entities()])
  const kinds = wantedKinds(asked.kinds)
  const columns = await usableColumns(index, context)
  const place = { table, id, index, isUsable: columns.isUsable }
  const lists = headLists(place, { kinds, range: asked.range, open: behind === undefined })
  context.about({ queries: lists.map(({ query }) => ({ query })) })
  const [record, ...answers] = await dataverse.batch([recordRead(entity, id), ...headReads(lists)])
  if (!record.ok) throw record.error
  const found = foundHeads(lists, answers)
  const sorted = sortHeads(found.heads, kinds, asked)
  const [happened, planned] = [sorted.happened.slice(0, top), sorted.planned.slice(0, top)]
  const reads = await bodyReads([...planned, ...happened], { metadata, index })
  const bodies = await readBodies(reads, lists, context)
  const isThere = ({ id: of, table: kind }: Head): boolean => bodies.rows.has(of) || isRefused(kind, bodies, index)
  return {
    table,
    index,
    row: record.value,
    kinds,
    happened: happened.filter(isThere),
    left: sorted.happened.length - happened.length,
    ...endOf(happened),
    planned: planned.filter(isThere),
    plannedLeft: sorted.planned.length - planned.length,
    undated: sorted.undated,
    bodies,
    found,
    said: [...new Set([...columns.sentences(), ...reads.said])],
  }
}

/** What of the two tables of heads may be asked and shown. */
async function usableColumns(index: EntityIndex, { metadata }: ToolContext) {
  const entities = [ACTIVITIES, NOTES].flatMap((name) => index.byName.get(name) ?? [])
  const tables = await metadata.tables(entities)
  const sight = await metadata.sight(tables)
  const findings = createFindings()
  const isUsable = (name: string, column: string): boolean => {
    const table = tables.find(({ entity }) => entity.name === name)
    const known = table?.byName.get(column) ?? table?.hidden?.get(column)
    if (!known) return false
    const seen = seenBy(sight, known)
    findings.add(`${column} of ${name}`, seen)
    return seen === 'shown' || seen === 'unsure'
  }
  return { isUsable, sentences: findings.sentences }
}

function recordRead({ entitySet, nameColumn, idColumn }: Entity, id: string) {
  return { path: withOptions(`${entitySet}(${id})`, { $select: nameColumn ?? idColumn }), schema: Row }
}

async function readBodies(reads: BodyReads, lists: readonly HeadList[], context: ToolContext): Promise<FoundBodies> {
  const queries = [...lists, ...reads.bodies, ...(reads.parties ? [reads.parties] : [])]
  context.about({ queries: queries.map(({ query }) => ({ query })) })
  const wanted = readsOf(reads)
  return foundBodies(reads, wanted.length === 0 ? [] : await context.dataverse.batch(wanted))
}

function isRefused(kind: string, { refused }: FoundBodies, { byName }: EntityIndex): boolean {
  const table = byName.get(kind)?.name ?? ACTIVITIES
  return refused.some(({ entity }) => entity.name === table)
}

type Sorted = { readonly happened: readonly Head[]; readonly planned: readonly Head[]; readonly undated: number }

function sortHeads(heads: readonly Head[], kinds: WantedKinds, { range, behind }: AskedTimeline): Sorted {
  const wanted = heads.filter(({ table }) => kinds.isWanted(table))
  const closed = wanted.filter(({ state }) => state !== 'open')
  const open = behind ? [] : wanted.filter(({ state }) => state === 'open')
  const dated = closed.flatMap((head) => (isDated(head) ? [head] : []))
  const inTime = dated.filter((head) => isWithin(head, range) && (!behind || byTime(behind, placeOf(head)) < 0))
  return {
    happened: inTime.toSorted((one, other) => byTime(placeOf(one), placeOf(other))),
    planned: open.toSorted((one, other) => (one.at ?? Infinity) - (other.at ?? Infinity) || compared(one.id, other.id)),
    undated: closed.length - dated.length,
  }
}

type DatedHead = Head & { readonly at: number }

function isDated(head: Head): head is DatedHead {
  return head.at !== undefined
}

function isWithin({ at }: DatedHead, { since = -Infinity, until = Infinity }: TimeRange): boolean {
  return at >= since && at < until
}

function endOf(happened: readonly Head[]): Pick<ReadTimeline, 'end'> {
  const last = happened.at(-1)
  return last ? { end: placeOf(last) } : {}
}

export function placeOf({ at = 0, table, id }: Head): Place {
  return { at, key: formatReference({ entity: table, id }) }
}
