import { DataverseError } from '../../../dataverse/errors.ts'
import type { Table } from '../../../dataverse/metadata/model.ts'
import { bareSource, filterOf, listOf, plainAttribute } from '../../../dataverse/query/model/query.ts'
import { fetchPath } from '../../../dataverse/query/to-wire/first-page.ts'
import { MOST_FILE_BYTES, mayBeText, textOfFile } from '../../../dataverse/records/file-text.ts'
import { Page, type Row } from '../../../dataverse/rows/rows.ts'
import { plainText } from '../../tool/plain-text.ts'
import type { ToolContext } from '../../tool/tool.ts'
import { wordsOf } from './record-text.ts'

/** Words of files, by the id of the note that they are attached to. */
export type AttachedTexts = ReadonlyMap<string, string>

export const NOTES = 'annotation'
const BODY = 'documentbody'
const BYTES_AROUND = 4_000
const HTML = /^text\/html\b|\.html?$/i

const NONE: AttachedTexts = new Map()

export function idOfNote(row: Row): string {
  return String(row['annotationid']).toLowerCase()
}

export function hasFile({ filename, filesize }: Row): boolean {
  return typeof filename === 'string' || Number(filesize ?? 0) > 0
}

/**
 * The texts of the plain text files among the notes, in one request; none where nothing promises one or where the
 * column is kept from the person or from models. The size is held against the row again by Dataverse itself, and the
 * answer is bounded: a size that is not true costs no more.
 */
export async function attachedTexts(notes: readonly Row[], context: ToolContext): Promise<AttachedTexts> {
  const files = new Map(notes.filter(isWanted).map((note) => [idOfNote(note), note]))
  const wanted = [...files.keys()]
  if (wanted.length === 0) return NONE
  const { metadata, dataverse } = context
  const entity = (await metadata.entities()).byName.get(NOTES)
  const table = entity && (await metadata.table(entity))
  if (!table || !(await isOpen(table, context))) return NONE
  const { idColumn } = table.entity
  const query = listOf({
    ...bareSource(NOTES),
    attributes: [idColumn, BODY].map(plainAttribute),
    filters: [
      filterOf('and', {
        conditions: [
          { attribute: idColumn, operator: 'in', values: wanted },
          { attribute: 'filesize', operator: 'le', values: [String(MOST_FILE_BYTES)] },
        ],
      }),
    ],
  })
  const mostBytes = wanted.length * (Math.ceil(MOST_FILE_BYTES / 3) * 4 + BYTES_AROUND)
  try {
    const path = fetchPath(query, table.entity, { page: 1, count: wanted.length })
    const { value } = await dataverse.get(path, Page, { annotations: [], mostBytes })
    return new Map(value.flatMap((row) => textIn(row, files.get(idOfNote(row)))))
  } catch (error) {
    // Without the files the record is still what was asked for.
    if (error instanceof DataverseError) return NONE
    throw error
  }
}

function isWanted({ filename, mimetype, filesize }: Row): boolean {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  return mayBeText({ name: text(filename), type: text(mimetype), bytes: Number(filesize ?? 0) })
}

async function isOpen(table: Table, { metadata }: ToolContext): Promise<boolean> {
  const columns = [table.byName.get(BODY), table.byName.get('filesize')]
  const sight = await metadata.sight([table])
  return columns.every(
    (column) => column?.readable === true && column.hiding === undefined && sight(column) === 'shown',
  )
}

function textIn(row: Row, note: Row | undefined): [string, string][] {
  const body = row[BODY]
  const text = note && typeof body === 'string' ? textOfFile(body) : undefined
  if (text === undefined) return []
  const isPage = HTML.test(`${String(note?.['mimetype'])} ${String(note?.['filename'])}`)
  return [[idOfNote(row), isPage ? wordsOf(text) : plainText(text).trim()]]
}
