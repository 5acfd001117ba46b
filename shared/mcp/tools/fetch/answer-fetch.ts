import { holdsFile } from '../../../dataverse/metadata/file-columns.ts'
import type { Column, Entity, Sight, Table, Visibility } from '../../../dataverse/metadata/model.ts'
import { bareSource, filterOf, listOf, type Query } from '../../../dataverse/query/model/query.ts'
import { hasFile } from '../../../dataverse/records/file-text.ts'
import { recordsOf, type RecordsRead } from '../../../dataverse/records/records-read.ts'
import { withOptions } from '../../../dataverse/web-api/url.ts'
import { kindOf, recordLink } from '../../../dataverse/rows/record-link.ts'
import { formatReference, readId, readReference } from '../../../dataverse/records/record-reference.ts'
import { Row } from '../../../dataverse/rows/rows.ts'
import { cut, plainLine } from '../../tool/plain-text.ts'
import { attachedTexts, bodyOf, idOf, type AttachedTexts, type RowsOfTable } from './attached-texts.ts'
import { foundRelated, relatedReads, type FoundRelated } from './read-related.ts'
import { columnLines, toldColumns } from './record-text.ts'
import { relatedRows } from './related-rows.ts'
import { leftRelated, relatedLines } from './related-text.ts'
import { notTheAsker } from '../record/no-such-record.ts'
import { RECORD_TEXTS } from '../../tool/record-texts.ts'
import type { ToolContext, ToolOutcome } from '../../tool/tool.ts'
import type { FetchedRecord } from './fetch.ts'

const LONGEST_TITLE = 200
const SHORTER_AND_SHORTER = [16_000, 8_000, 4_000, 1_000, 200] as const
const SHORTEST = 200
const FORMATTED = '@OData.Community.Display.V1.FormattedValue'

/** Reads the record and what belongs to it, and writes both down. @throws QueryError, DataverseError */
export async function answerFetch(reference: string, context: ToolContext): Promise<ToolOutcome<FetchedRecord>> {
  const named = readReference(reference, context.dataverseUrl)
  const entity = await context.metadata.entity(named.entity)
  const id = readId(named.id, entity, context.caller.systemUserId)
  if (id === undefined) throw notTheAsker(entity)
  context.about({ entity: entity.name, queries: [{ query: wholeRow(entity, id) }] })
  const record = await readRecord(entity, id, context)
  const structured = fit((longest, most) => answerOf(record, id, longest, most, context), context.limits.resultBytes)
  return { structured, rows: 1, records: recordsIn(record, id), text: JSON.stringify(structured) }
}

/** The related rows come besides. */
function wholeRow({ name, idColumn }: Entity, id: string): Query {
  const filters = [filterOf('and', { conditions: [{ attribute: idColumn, operator: 'eq', values: [id] }] })]
  return listOf({ ...bareSource(name), allAttributes: true, filters })
}

function recordsIn({ table, related }: RecordRead, id: string): RecordsRead[] {
  const own = { entity: table.entity.name, ids: [id.toLowerCase()] }
  return [own, ...related.found.map(({ of, rows }) => recordsOf(of.entity, rows))]
}

type RecordRead = {
  readonly table: Table
  readonly sight: Sight
  readonly row: Readonly<Record<string, unknown>>
  readonly related: FoundRelated
  readonly texts: AttachedTexts
}

async function readRecord(entity: Entity, id: string, context: ToolContext): Promise<RecordRead> {
  const { dataverse, metadata } = context
  const [table, index] = await Promise.all([metadata.table(entity), metadata.entities()])
  const sight = await metadata.sight([table])
  const select = toldColumns(table).map(({ property }) => property)
  const path = withOptions(`${entity.entitySet}(${id})`, { $select: select.join(',') })
  const related = relatedRows(table, id, index)
  const [answer, ...answers] = await dataverse.batch([{ path, schema: Row }, ...relatedReads(related)])
  if (!answer.ok) throw answer.error
  const found = foundRelated(related, answers)
  const texts = await attachedTexts(rowsWithFiles(answer.value, table, found), context)
  return { table, sight, row: answer.value, related: found, texts }
}

/** The record itself, where its table has files, and those of its related rows that tell of one. */
function rowsWithFiles(row: Row, table: Table, { found }: FoundRelated): RowsOfTable[] {
  const own = bodyOf(table) ? [{ entity: table.entity, rows: [row] }] : []
  return [...own, ...found.map(({ of, rows }) => ({ entity: of.entity, rows }))].map(({ entity, rows }) => ({
    entity,
    rows: rows.filter(hasFile),
  }))
}

function answerOf(read: RecordRead, id: string, longest: number, most: number, context: ToolContext): FetchedRecord {
  const { entity } = read.table
  const named = entity.nameColumn === undefined ? '' : read.row[entity.nameColumn]
  const name = plainLine(typeof named === 'string' ? named : '', LONGEST_TITLE) || '(no name)'
  const title = `${name} (${entity.label ?? entity.name})`
  const kind = kindOf(read.row, entity.name)
  return {
    id: formatReference({ entity: kind, id }),
    title,
    text: textOf(title, read, longest, most),
    url: recordLink(context.dataverseUrl, { name: kind }, id),
    metadata: metadataOf(read),
  }
}

function metadataOf({ table, row }: RecordRead): Record<string, string> {
  const owner = row[`_ownerid_value${FORMATTED}`]
  const modified = row['modifiedon']
  return {
    entity: kindOf(row, table.entity.name),
    ...(typeof owner === 'string' && { owner: plainLine(owner, LONGEST_TITLE) }),
    ...(typeof modified === 'string' && { modified }),
  }
}

/** @param most lines of the record and its related rows */
function textOf(title: string, read: RecordRead, longest: number, most: number): string {
  const { table, sight, row, related, texts } = read
  const columns = toldColumns(table)
  const body = [
    ...columnLines(row, columns, longest),
    ...fileLines(read, longest),
    ...related.found.flatMap((one) => relatedLines(one, longest, texts)),
  ]
  const without = columns.filter(({ property }) => row[property] === null || row[property] === undefined)
  const left = [
    `${without.filter((column) => sight(column) === 'shown').length} empty columns`,
    ...unseen(without, sight, 'hidden', 'hidden from you by column security'),
    ...unseen(without, sight, 'unsure', 'empty, or hidden from you by column security, which could not be asked'),
    'columns that the platform keeps for itself',
    ...((table.hidden?.size ?? 0) > 0 ? ['columns that an administrator hides from models'] : []),
    ...(longest < SHORTER_AND_SHORTER[0] ? [`texts beyond ${longest} characters`] : []),
    ...(body.length > most ? [`${body.length - most} lines that did not fit (get_record reads single columns)`] : []),
    ...filesOf(read),
    ...ownKind(row, table),
    ...leftRelated(related),
  ]
  return [`# ${title}`, '', RECORD_TEXTS, '', ...body.slice(0, most), '', `Left out: ${left.join('; ')}.`].join('\n')
}

function unseen(columns: readonly Column[], sight: Sight, as: Visibility, why: string): string[] {
  const names = columns.filter((column) => sight(column) === as).map(({ name }) => name)
  return names.length > 0 ? [`${names.join(', ')} (${why})`] : []
}

/** What stands in the file of a note: quoted, as anybody may have written it. */
function fileLines({ table, row, texts }: RecordRead, longest: number): string[] {
  const text = texts.get(idOf(row, table.entity))
  if (text === undefined) return []
  return [
    '',
    '## Text of the file',
    ...cut(text, longest)
      .split('\n')
      .map((line) => `> ${line}`),
  ]
}

function filesOf(read: RecordRead): string[] {
  const { table, row, related, texts } = read
  const names = [...table.byName.values()].filter((column) => column.readable && holdsFile(column))
  const isTold = texts.has(idOf(row, table.entity))
  const untold = rowsWithFiles(row, table, related).some(({ entity, rows }) =>
    rows.some((one) => !texts.has(idOf(one, entity))),
  )
  return [
    ...(names.length > 0 && !isTold ? [`files and pictures (${names.map(({ name }) => name).join(', ')})`] : []),
    ...(untold ? ['what stands in files that are no plain text, or larger than 64 KB'] : []),
  ]
}

/** The table of all activities has the columns that they have in common. */
function ownKind(row: Row, { entity }: Table): string[] {
  const kind = kindOf(row, entity.name)
  return kind === entity.name ? [] : [`columns of its own kind, ${kind} (fetch it by the id above)`]
}

/** Cuts long texts, and then the last lines, until the answer and its copy in the text fit into `bytes`. */
function fit(build: (longest: number, most: number) => FetchedRecord, bytes: number): FetchedRecord {
  for (const longest of SHORTER_AND_SHORTER) {
    const answer = build(longest, Infinity)
    if (sizeOf(answer) <= bytes) return answer
  }
  for (let most = build(SHORTEST, Infinity).text.split('\n').length; ; most = Math.floor(most * 0.8)) {
    const answer = build(SHORTEST, most)
    if (sizeOf(answer) <= bytes || most === 0) return answer
  }
}

function sizeOf(answer: FetchedRecord): number {
  return Buffer.byteLength(JSON.stringify({ structured: answer, text: JSON.stringify(answer) })) + 100
}
