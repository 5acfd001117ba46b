import { searchIndex, type SearchHit } from '../../../dataverse/search/dataverse-search.ts'
import { DataverseError, QueryError } from '../../../dataverse/errors.ts'
import type { Entity, EntityIndex, Person } from '../../../dataverse/metadata/model.ts'
import { quoted } from '../../../dataverse/query/say/refusals.ts'
import { recordLink } from '../../../dataverse/rows/record-link.ts'
import { formatReference } from '../../../dataverse/records/record-reference.ts'
import { bareNumber, readNumber, type PhoneNumber } from '../../../dataverse/search/phone-number.ts'
import { pageOf } from '../../tool/item-page.ts'
import { plainLine } from '../../tool/plain-text.ts'
import { withNotes } from '../../tool/row-schemas.ts'
import type { ToolContext, ToolOutcome } from '../../tool/tool.ts'
import { LEFT_ARTICLES, withoutOldArticles } from './articles.ts'
import { findNumber, nearestRows, quickFind } from './quick-find.ts'
import { searchWords, type SearchWords } from './search-terms.ts'
import type { SearchResults } from './search.ts'
import { searchedTables, type FoundRow, type Searched } from './searched-tables.ts'

const MOST_RESULTS = 20
const MORE = `The first ${MOST_RESULTS} are shown at most, and more may match: use more words, or query_crm with contains(name,'…'), which counts.`
const LONGEST_TITLE = 150
const LONGEST_NEAR = 60
/** What an organization adds to its index is not told. */
const ELSEWHERE =
  "Texts of notes and of activities need not be among them: query_crm looks through notes on annotation with contains(notetext,'…'). Knowledge articles are found where they are published."

/** @throws QueryError `empty_query`, DataverseError */
export async function answerSearch(query: string, context: ToolContext): Promise<ToolOutcome<SearchResults>> {
  const words = searchWords(query)
  if (words.terms.length === 0) {
    const nextStep = 'Search for one or more words of what the record is called, e.g. adventure works.'
    throw new QueryError('empty_query', 'The query holds no word to search for.', nextStep)
  }
  context.about({ words: words.terms })
  const { rows, notes: said, near = [] } = await find(query, words, context)
  const notes = rows.length >= MOST_RESULTS ? [MORE, ...said] : said
  const all = rows.slice(0, MOST_RESULTS).map((row) => resultOf(row, context.dataverseUrl))
  // The contract wants the same JSON in the text, where its quotes are escaped once more.
  const bytes = context.limits.resultBytes * 0.4 - Buffer.byteLength(JSON.stringify(notes))
  const results = [...pageOf(all, 0, bytes).items]
  const structured = withNotes({ results }, notes)
  const records = [...rows.slice(0, results.length), ...near].map(({ entity, id }) => ({
    entity: entity.name,
    ids: [id],
  }))
  return { structured, rows: results.length, records, text: JSON.stringify(structured) }
}

type Found = {
  readonly rows: readonly FoundRow[]
  readonly notes: readonly string[]
  /** Rows that only the notes name. */
  readonly near?: readonly FoundRow[]
}

async function find(query: string, words: SearchWords, context: ToolContext): Promise<Found> {
  // Marks that nobody sees come with a number that was copied from a page.
  const written = bareNumber(plainLine(query, LONGEST_TITLE))
  const number = readNumber(written)
  if (number) return await findByNumber(number, written, words, context)
  const indexed = await fromIndex(words, context)
  if (indexed && indexed.rows.length > 0) return { ...indexed, notes: [...words.notes, ...indexed.notes] }
  // The index knows whole words only; quick find also finds a part of one.
  const searched = await searchedTables(context)
  const { rows, left } = await withoutOldArticles(await quickFind(words.terms, searched, context), context)
  if (rows.length > 0) return { rows, notes: [...words.notes, ...(left ? [LEFT_ARTICLES] : [])] }
  const near = await nearestRows(words.terms, searched, context)
  const looked = { ...searched, isIndexed: indexed !== undefined }
  return { rows, near, notes: [...(await nothingFound(words.terms.join(' '), near, looked, context)), ...words.notes] }
}

/** A number that is written in parts is not asked of the index, which would find the parts in other numbers. */
async function findByNumber(
  number: PhoneNumber,
  written: string,
  words: SearchWords,
  context: ToolContext,
): Promise<Found> {
  const searched = await searchedTables(context)
  const rows = await findNumber(number, written, searched, context)
  if (rows.length > 0) return { rows, notes: [] }
  const indexed = /^\d+$/.test(written) ? await fromIndex(words, context) : undefined
  if (indexed && indexed.rows.length > 0) return indexed
  const looked = { ...searched, isIndexed: indexed !== undefined }
  return { rows, notes: await nothingFound(written, [], looked, context) }
}

/** What would help: the names that come near, and where was looked, as whom. */
async function nothingFound(
  query: string,
  near: readonly FoundRow[],
  { tables, isIndexed }: Searched & { readonly isIndexed: boolean },
  { metadata }: ToolContext,
): Promise<string[]> {
  const named = near.map(({ entity, id, name = '' }) => {
    return `${plainLine(name, LONGEST_NEAR)} (${formatReference({ entity: entity.name, id })})`
  })
  const labels = tables.map(({ entity }) => entity.pluralLabel ?? entity.name)
  const count = `${labels.length} table${labels.length === 1 ? '' : 's'}`
  return [
    `Nothing that you may see holds ${quoted(query)}${named.length > 0 ? `; the nearest names: ${named.join(', ')}` : ''}.`,
    labels.length > 0
      ? `Searched as ${nameOf(await metadata.person())}, in ${labels.join(', ')} (${count})${isIndexed ? ' and in Dataverse Search' : ''}. ${ELSEWHERE}`
      : `${nameOf(await metadata.person())} may read none of the tables that are searched; list_entities has those that they may.`,
  ]
}

function nameOf({ name }: Person): string {
  return plainLine(name, LONGEST_NEAR)
}

function resultOf({ entity, id, name }: FoundRow, dataverseUrl: string): SearchResults['results'][number] {
  const title = plainLine(name ?? '', LONGEST_TITLE) || '(no name)'
  return {
    id: formatReference({ entity: entity.name, id }),
    title: `${title} (${entity.label ?? entity.name})`,
    url: recordLink(dataverseUrl, entity, id),
  }
}

/** `undefined` where the organization or the person has no Dataverse Search, or it is too busy: quick find can do it. */
async function fromIndex({ terms, beginnings }: SearchWords, context: ToolContext): Promise<Found | undefined> {
  const { caller, dataverse, metadata, searchAvailability } = context
  if (searchAvailability.isOff(caller)) return undefined
  try {
    const asked = searchIndex(dataverse, { words: terms, beginnings }, MOST_RESULTS)
    const [{ hits, left }, index] = await Promise.all([asked, metadata.entities()])
    const kept = await withoutOldArticles(
      hits.flatMap((hit) => foundRow(hit, index)),
      context,
    )
    const notes = left.length > 0 ? [`Dataverse Search had no room for: ${left.map(quoted).join(', ')}.`] : []
    return { rows: kept.rows, notes: kept.left ? [...notes, LEFT_ARTICLES] : notes }
  } catch (error) {
    if (!(error instanceof DataverseError) || !canBeReplaced(error)) throw error
    searchAvailability.note(caller, error)
    return undefined
  }
}

function canBeReplaced({ kind }: DataverseError): boolean {
  return kind === 'refused' || kind === 'throttled' || kind === 'unreadable'
}

function foundRow({ id, entity: logicalName, attributes }: SearchHit, index: EntityIndex): FoundRow[] {
  const entity: Entity | undefined = index.byName.get(logicalName)
  if (entity?.name !== logicalName) return []
  const name = entity.nameColumn === undefined ? undefined : attributes[entity.nameColumn]
  return [{ entity, id, ...(typeof name === 'string' && { name }) }]
}
