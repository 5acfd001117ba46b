import type { Entity } from '../../../../dataverse/metadata/model.ts'
import type { Query } from '../../../../dataverse/query/model/query.ts'
import {
  allOf,
  bodyReads,
  foundBodies,
  readsOf,
  type FoundBodies,
} from '../../../../dataverse/records/timeline/bodies.ts'
import { foundHeads, headLists, headReads, type FoundHeads } from '../../../../dataverse/records/timeline/head-lists.ts'
import { historyRead, type History } from '../../../../dataverse/records/timeline/history.ts'
import { ACTIVITIES } from '../../../../dataverse/records/timeline/kinds.ts'
import {
  foundRecords,
  recordLists,
  recordReads,
  type FoundRecords,
} from '../../../../dataverse/records/timeline/related-records.ts'
import type { Head, Place } from '../../../../dataverse/records/timeline/when.ts'
import { isTooLarge } from '../../../../dataverse/errors.ts'
import { Row } from '../../../../dataverse/rows/rows.ts'
import { coalesceReads, required } from '../../../../dataverse/web-api/coalesce.ts'
import { withOptions } from '../../../../dataverse/web-api/url.ts'
import type { ReadResult } from '../../../../dataverse/web-api/web-api.ts'
import type { ToolContext } from '../../../tool/tool.ts'
import type { AskedTimeline } from '../asked/asked.ts'
import { foundHistories, type ReadHistories } from '../changes/histories.ts'
import { changeEntries, inOrder, sortHeads, type Entry } from './sort-heads.ts'
import { stageOf, type Stage } from './stage.ts'

export type ReadTimeline = Stage & {
  readonly row: Row
  /** Newest first, as many as were asked for. */
  readonly happened: readonly Entry[]
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
  readonly records: FoundRecords
  /** Absent where changes are not wanted. */
  readonly histories?: ReadHistories
  /** Whether texts were left out, since all of them are more than is read of one answer. */
  readonly isTextless: boolean
  /** What column security or an administrator keeps, a sentence each. */
  readonly said: readonly string[]
}

/**
 * What happened, and what is planned: heads of all of it in one request, and the texts of what is told in another, with
 * the history of what belongs to it: a change more can only push something out of the page.
 * @param zone IANA, of the person
 */
export async function readTimeline(asked: AskedTimeline, zone: string, context: ToolContext): Promise<ReadTimeline> {
  const stage = await stageOf(asked, context)
  const first = await readHeads(asked, stage, context)
  const { found, records } = first
  const sorted = sortHeads(found.heads, stage.kinds, asked, context.now())
  const planned = sorted.planned.slice(0, asked.top)
  const heads = sorted.happened.slice(0, asked.top).flatMap(({ head }) => head ?? [])
  const second = await readBodies([...planned, ...heads], first, { asked, stage, zone, withTexts: true }, context)
  const { bodies, histories, said, isTextless } = second
  const all = inOrder([...sorted.happened, ...changeEntries(histories?.changes ?? [])], asked)
  const page = all.slice(0, asked.top)
  const isThere = (head: Head): boolean => bodies.rows.has(head.id) || isRefused(head.table, bodies, stage)
  const end = page.at(-1)?.place
  return {
    ...stage,
    row: first.row,
    happened: page.filter(({ head }) => head === undefined || isThere(head)),
    left: all.length - page.length,
    ...(end && { end }),
    planned: planned.filter(isThere),
    plannedLeft: sorted.planned.length - planned.length,
    undated: sorted.undated,
    bodies,
    found,
    records,
    ...(histories && { histories }),
    isTextless,
    said: [...new Set([...stage.kept(), ...said])],
  }
}

type First = {
  readonly row: Row
  readonly found: FoundHeads
  readonly records: FoundRecords
  readonly queries: readonly Query[]
  /** The history of the record itself. */
  readonly own: ReadResult<History> | undefined
}

async function readHeads(asked: AskedTimeline, { place, kinds, audit }: Stage, context: ToolContext): Promise<First> {
  const { entity, id, range, behind } = asked
  const lists = headLists(place, { kinds, range, open: behind === undefined })
  const related = audit ? recordLists(place, range) : []
  const queries = [...lists, ...related].map(({ query }) => query)
  context.about({ queries: queries.map((query) => ({ query })) })
  const { read } = coalesceReads(context.dataverse)
  const [row, heads, records, own] = await Promise.all([
    read(recordRead(entity, id)),
    Promise.all(headReads(lists).map(read)),
    Promise.all(recordReads(related).map(read)),
    audit && read(historyRead({ entity, id })),
  ])
  return {
    row: required(row),
    found: foundHeads(lists, heads),
    records: foundRecords(related, records),
    queries,
    own,
  }
}

type Reading = {
  readonly asked: AskedTimeline
  readonly stage: Stage
  readonly zone: string
  readonly withTexts: boolean
}

type Second = {
  readonly bodies: FoundBodies
  readonly histories?: ReadHistories
  readonly said: readonly string[]
}

/** A mail may be as large as who sent it likes, and must not keep all else from being told. */
async function readBodies(...args: Parameters<typeof bodiesAsked>): Promise<Second & Pick<ReadTimeline, 'isTextless'>> {
  try {
    return { ...(await bodiesAsked(...args)), isTextless: false }
  } catch (error) {
    if (!isTooLarge(error)) throw error
    const [heads, first, reading, context] = args
    return { ...(await bodiesAsked(heads, first, { ...reading, withTexts: false }, context)), isTextless: true }
  }
}

/** Histories of other records are asked for once it is known that the person may read such a thing at all. */
async function bodiesAsked(
  heads: readonly Head[],
  { records, own, queries }: First,
  { asked: { entity, id }, stage: { index, audit }, zone, withTexts }: Reading,
  context: ToolContext,
): Promise<Second> {
  const reads = await bodyReads(heads, { metadata: context.metadata, index, withTexts })
  const all = [...queries, ...allOf(reads).map(({ query }) => query)]
  context.about({ queries: all.map((query) => ({ query })) })
  const { read } = coalesceReads(context.dataverse)
  const related = own?.ok ? records.records : []
  const [answers, histories] = await Promise.all([
    Promise.all(readsOf(reads).map(read)),
    Promise.all(related.map(async (of) => ({ of, answer: await read(historyRead(of)) }))),
  ])
  const tooLarge = answers.find((answer) => !answer.ok && isTooLarge(answer.error))
  if (tooLarge) required(tooLarge)
  const told = audit && foundHistories({ of: { entity, id }, answer: own }, histories, audit, zone)
  return { bodies: foundBodies(reads, answers), said: reads.said, ...(told && { histories: told }) }
}

function recordRead({ entitySet, nameColumn, idColumn }: Entity, id: string) {
  return { path: withOptions(`${entitySet}(${id})`, { $select: nameColumn ?? idColumn }), schema: Row }
}

function isRefused(kind: string, { refused }: FoundBodies, { index: { byName } }: Stage): boolean {
  const table = byName.get(kind)?.name ?? ACTIVITIES
  return refused.some(({ entity }) => entity.name === table)
}
