import type { DataverseError } from '../../../dataverse/errors.ts'
import type { Entity, EntityIndex, Sight, Table } from '../../../dataverse/metadata/model.ts'
import { byUse, isMain } from '../../../dataverse/metadata/usual-entities.ts'
import type { Query } from '../../../dataverse/query/model/query.ts'
import { writeFetch } from '../../../dataverse/query/to-wire/write-fetch.ts'
import { Page } from '../../../dataverse/rows/rows.ts'
import { textColumns } from '../../../dataverse/search/quick-find-query.ts'
import { withOptions } from '../../../dataverse/web-api/url.ts'
import type { ToolContext } from '../../tool/tool.ts'
import { ARTICLES, foundAlone } from './articles.ts'

/** A record that a search found. */
export type FoundRow = { readonly entity: Entity; readonly id: string; readonly name?: string }

/** The tables that quick find looks in for a person, without the columns that are hidden from them. */
export type Searched = { readonly tables: readonly Table[]; readonly index: EntityIndex }

/** One question to one table; `keeps` decides of each row whether it is meant. */
export type Question = {
  readonly table: Table
  readonly query: Query
  readonly keeps?: (row: Readonly<Record<string, unknown>>) => boolean
}

const MOST_TABLES = 9
/** Descriptions are read of a few more: not every table has a quick find, and not everybody may read it. */
const MOST_CANDIDATES = 13
/** Prefixes of the many tables that come as customizations with the product's own apps. */
const OF_MICROSOFT = /^(?:msdyn|msfp|mspp|mscrm|msiot|msevtmgt|mspcat|adx|aib|bot|flow)[a-z]*_/
const ACTIVITIES = 'activitypointer'
const ACTIVITY_TYPE = 'activitytypecode'

/** No request once the tables are known. */
export async function searchedTables({ metadata }: ToolContext): Promise<Searched> {
  const index = await metadata.entities()
  const [readable, described] = await Promise.all([metadata.readable(), metadata.tables(candidatesOf(index))])
  const names = new Set(readable.map(({ entity }) => entity.name))
  const allowed = described.filter(({ entity }) => names.has(entity.name))
  const sight = await metadata.sight(allowed)
  const tables = allowed.map((table) => seenBy(table, sight)).filter((table) => isSearched(table))
  return { tables: tables.slice(0, MOST_TABLES), index }
}

function isSearched(table: Table): boolean {
  return textColumns(table).length > 0 && foundAlone(table) !== undefined
}

/** A column that is hidden from the person holds no word for them. */
function seenBy(table: Table, sight: Sight): Table {
  const byName = new Map([...table.byName].filter(([, column]) => sight(column) !== 'hidden'))
  return { ...table, byName, quickFindColumns: table.quickFindColumns.filter((name) => byName.has(name)) }
}

/**
 * Chosen without knowing what the person may read, so that both are asked for in one request. Every activity is found
 * through the table of all activities.
 */
function candidatesOf({ all }: EntityIndex): Entity[] {
  const together = all.some(({ name }) => name === ACTIVITIES)
  const main = all.filter(({ name, kind }) => isMain(name) && !(together && kind === 'activity' && name !== ACTIVITIES))
  const articles = all.filter(({ name }) => name === ARTICLES)
  const own = all.filter(({ name, kind }) => kind === 'custom' && !OF_MICROSOFT.test(name)).toSorted(byUse)
  return [...main.toSorted(byUse), ...articles, ...own].slice(0, MOST_CANDIDATES)
}

/** What to read of a row besides its id, to say what it is. */
export function namingColumns({ entity, byName }: Table): string[] {
  return [entity.nameColumn, byName.has(ACTIVITY_TYPE) ? ACTIVITY_TYPE : undefined].filter((name) => name !== undefined)
}

/**
 * The rows that answer the questions, all asked in one `$batch`; none without a question.
 * @throws DataverseError when no table could be searched
 */
export async function askTables(
  questions: readonly Question[],
  index: EntityIndex,
  { dataverse }: ToolContext,
): Promise<FoundRow[]> {
  if (questions.length === 0) return []
  const answers = await dataverse.batch(
    questions.map(({ table, query }) => ({
      path: withOptions(table.entity.entitySet, { fetchXml: writeFetch(narrowed(query, table)) }),
      schema: Page,
    })),
  )
  const errors: DataverseError[] = []
  const found = questions.flatMap(({ table, keeps = () => true }, position) => {
    const answer = answers[position]
    if (answer?.ok) return answer.value.value.filter(keeps).flatMap((row) => foundRow(row, table, index))
    if (answer) errors.push(answer.error)
    return []
  })
  if (errors[0] && errors.length === questions.length) throw errors[0]
  return [...new Map(found.map((row) => [`${row.entity.name}/${row.id}`, row])).values()]
}

function narrowed(query: Query, table: Table): Query {
  const { entity } = query
  return { ...query, entity: { ...entity, filters: [...entity.filters, ...(foundAlone(table) ?? [])] } }
}

function foundRow(row: Readonly<Record<string, unknown>>, { entity }: Table, index: EntityIndex): FoundRow[] {
  const id = row[entity.idColumn]
  if (typeof id !== 'string') return []
  const name = entity.nameColumn === undefined ? undefined : row[entity.nameColumn]
  const type = row[ACTIVITY_TYPE]
  const activity = typeof type === 'string' ? index.byName.get(type) : undefined
  return [{ entity: activity ?? entity, id: id.toLowerCase(), ...(typeof name === 'string' && { name }) }]
}
