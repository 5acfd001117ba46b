import type { DataverseError } from '../../../dataverse/errors.ts'
import type { Entity, EntityIndex, Sight, Table } from '../../../dataverse/metadata/model.ts'
import { byUse, isMain } from '../../../dataverse/metadata/usual-entities.ts'
import { withOptions } from '../../../dataverse/web-api/url.ts'
import { writeFetch } from '../../../dataverse/query/to-wire/write-fetch.ts'
import { quickFindQuery, textColumns } from '../../../dataverse/search/quick-find-query.ts'
import { Page } from '../../../dataverse/rows/rows.ts'
import type { ToolContext } from '../../tool/tool.ts'

/** A record that a search found. */
export type FoundRow = { readonly entity: Entity; readonly id: string; readonly name?: string }

const MOST_TABLES = 8
/** Descriptions are read of a few more: not every table has a quick find, and not everybody may read it. */
const MOST_CANDIDATES = 12
/** Prefixes of the many tables that come as customizations with the product's own apps. */
const OF_MICROSOFT = /^(?:msdyn|msfp|mspp|mscrm|msiot|msevtmgt|mspcat|adx|aib|bot|flow)[a-z]*_/
const ROWS_PER_TABLE = 5
const ACTIVITIES = 'activitypointer'
const ACTIVITY_TYPE = 'activitytypecode'

/**
 * Looks for rows that hold every term in the main tables that the person may read: one `$batch` once they are known.
 * @throws DataverseError when no table could be searched
 */
export async function quickFind(terms: readonly string[], context: ToolContext, top: number): Promise<FoundRow[]> {
  const { dataverse, metadata } = context
  const index = await metadata.entities()
  const [readable, described] = await Promise.all([metadata.readable(), metadata.tables(candidatesOf(index))])
  const names = new Set(readable.map(({ entity }) => entity.name))
  const allowed = described.filter(({ entity }) => names.has(entity.name))
  const sight = await metadata.sight(allowed)
  const tables = allowed
    .map((table) => searchedAs(table, sight))
    .filter((table) => textColumns(table).length > 0)
    .slice(0, MOST_TABLES)
  if (tables.length === 0) return []
  const answers = await dataverse.batch(
    tables.map((table) => {
      const query = quickFindQuery(table, columnsOf(table), terms, ROWS_PER_TABLE)
      return { path: withOptions(table.entity.entitySet, { fetchXml: writeFetch(query) }), schema: Page }
    }),
  )
  const errors: DataverseError[] = []
  const found = tables.flatMap((table, position) => {
    const answer = answers[position]
    if (answer?.ok) return answer.value.value.flatMap((row) => foundRow(row, table, index))
    if (answer) errors.push(answer.error)
    return []
  })
  if (errors[0] && errors.length === tables.length) throw errors[0]
  return found.toSorted((a, b) => rank(a, terms) - rank(b, terms)).slice(0, top)
}

/** A column that is hidden from the person holds no word for them. */
function searchedAs(table: Table, sight: Sight): Table {
  const isSeen = (name: string): boolean => {
    const column = table.byName.get(name)
    return column !== undefined && sight(column) !== 'hidden'
  }
  return { ...table, quickFindColumns: table.quickFindColumns.filter(isSeen) }
}

/**
 * Chosen without knowing what the person may read, so that both are asked for in one request. Every activity is found
 * through the table of all activities.
 */
function candidatesOf({ all }: EntityIndex): Entity[] {
  const together = all.some(({ name }) => name === ACTIVITIES)
  const main = all.filter(({ name, kind }) => isMain(name) && !(together && kind === 'activity' && name !== ACTIVITIES))
  const own = all.filter(({ name, kind }) => kind === 'custom' && !OF_MICROSOFT.test(name)).toSorted(byUse)
  return [...main.toSorted(byUse), ...own].slice(0, MOST_CANDIDATES)
}

function columnsOf({ entity, byName }: Table): string[] {
  return [entity.nameColumn, byName.has(ACTIVITY_TYPE) ? ACTIVITY_TYPE : undefined].filter((name) => name !== undefined)
}

function foundRow(row: Readonly<Record<string, unknown>>, { entity }: Table, index: EntityIndex): FoundRow[] {
  const id = row[entity.idColumn]
  if (typeof id !== 'string') return []
  const name = entity.nameColumn === undefined ? undefined : row[entity.nameColumn]
  const type = row[ACTIVITY_TYPE]
  const activity = typeof type === 'string' ? index.byName.get(type) : undefined
  return [{ entity: activity ?? entity, id: id.toLowerCase(), ...(typeof name === 'string' && { name }) }]
}

/** The name is what was searched for, begins with it, holds it, holds the words; else they stand elsewhere. */
function rank({ name = '' }: FoundRow, terms: readonly string[]): number {
  const called = name.toLowerCase()
  const words = terms.map((term) => term.toLowerCase())
  const phrase = words.join(' ')
  if (called === phrase) return 0
  if (called.startsWith(phrase)) return 1
  if (called.includes(phrase)) return 2
  return words.every((word) => called.includes(word)) ? 3 : 4
}
