import { DataverseError } from '../../../dataverse/errors.ts'
import { holdsFile } from '../../../dataverse/metadata/file-columns.ts'
import type { Column, Entity, Table } from '../../../dataverse/metadata/model.ts'
import { bareSource, filterOf, listOf, plainAttribute, type Query } from '../../../dataverse/query/model/query.ts'
import { fetchPath } from '../../../dataverse/query/to-wire/first-page.ts'
import { MOST_FILE_BYTES, mayBeText, textOfFile } from '../../../dataverse/records/file-text.ts'
import { Page, type Row } from '../../../dataverse/rows/rows.ts'
import { plainText } from '../../tool/plain-text.ts'
import type { ToolContext } from '../../tool/tool.ts'
import { wordsOf } from './record-text.ts'

/** Words of files, by the id of the row that has each: a note, or what is attached to an activity. */
export type AttachedTexts = ReadonlyMap<string, string>

/** Rows of one table. */
export type RowsOfTable = { readonly entity: Entity; readonly rows: readonly Row[] }

const BYTES_AROUND = 4_000
const HTML = /^text\/html\b|\.html?$/i
/** What a table tells of a file beside the bytes of it. */
const TOLD = ['filename', 'mimetype', 'filesize'] as const

export function idOf(row: Row, { idColumn }: Pick<Entity, 'idColumn'>): string {
  return String(row[idColumn]).toLowerCase()
}

/** The column in which a table has files, where its rows tell their name, type and size. */
export function bodyOf({ byName }: Table): Column | undefined {
  if (TOLD.some((name) => !byName.has(name))) return undefined
  return [...byName.values()].find((column) => column.type === 'String' && holdsFile(column))
}

/**
 * The texts of the plain text files among these rows, in one request a table; none where nothing promises one or where
 * the column is kept from the person or from models. The size is held against the row again by Dataverse itself, and the
 * answer is bounded: a size that is not true costs no more.
 */
export async function attachedTexts(all: readonly RowsOfTable[], context: ToolContext): Promise<AttachedTexts> {
  const texts = await Promise.all(all.map(async (one) => await textsOf(one, context)))
  return new Map(texts.flat())
}

async function textsOf(
  { entity, rows }: RowsOfTable,
  context: ToolContext,
): Promise<readonly (readonly [string, string])[]> {
  const files = new Map(rows.filter(isWanted).map((row) => [idOf(row, entity), row]))
  const wanted = [...files.keys()]
  if (wanted.length === 0) return []
  const { metadata, dataverse } = context
  const table = await metadata.table(entity)
  const body = bodyOf(table)
  if (!body || !(await isOpen(table, body, context))) return []
  const query = filesQuery(entity, body, wanted)
  const mostBytes = wanted.length * (Math.ceil(MOST_FILE_BYTES / 3) * 4 + BYTES_AROUND)
  try {
    const path = fetchPath(query, entity, { page: 1, count: wanted.length })
    const { value } = await dataverse.get(path, Page, { annotations: [], mostBytes })
    return value.flatMap((row) => {
      const id = idOf(row, entity)
      const text = textIn(row[body.name], files.get(id))
      return text === undefined ? [] : [[id, text] as const]
    })
  } catch (error) {
    // Without the files the record is still what was asked for.
    if (error instanceof DataverseError) return []
    throw error
  }
}

function filesQuery({ name, idColumn }: Entity, body: Column, ids: readonly string[]): Query {
  const conditions = [
    { attribute: idColumn, operator: 'in', values: ids },
    { attribute: 'filesize', operator: 'le', values: [String(MOST_FILE_BYTES)] },
  ]
  const attributes = [idColumn, body.name].map(plainAttribute)
  return listOf({ ...bareSource(name), attributes, filters: [filterOf('and', { conditions })] })
}

function isWanted({ filename, mimetype, filesize }: Row): boolean {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  return mayBeText({ name: text(filename), type: text(mimetype), bytes: Number(filesize ?? 0) })
}

async function isOpen(table: Table, body: Column, { metadata }: ToolContext): Promise<boolean> {
  const sight = await metadata.sight([table])
  return [body, table.byName.get('filesize')].every(
    (column) => column?.readable === true && column.hiding === undefined && sight(column) === 'shown',
  )
}

function textIn(body: unknown, row: Row | undefined): string | undefined {
  const text = row && typeof body === 'string' ? textOfFile(body) : undefined
  if (text === undefined) return undefined
  const isPage = HTML.test(`${String(row?.['mimetype'])} ${String(row?.['filename'])}`)
  return isPage ? wordsOf(text) : plainText(text).trim()
}
