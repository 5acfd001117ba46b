import { DataverseError } from '../../../dataverse/errors.ts'
import { likeness } from '../../../dataverse/search/near-names.ts'
import { isSameNumber, type PhoneNumber } from '../../../dataverse/search/phone-number.ts'
import {
  nearQuery,
  numberQuery,
  phoneColumns,
  quickFindQuery,
  textColumns,
} from '../../../dataverse/search/quick-find-query.ts'
import { spellingKey, spellingsOf } from '../../../dataverse/search/spellings.ts'
import type { ToolContext } from '../../tool/tool.ts'
import { askTables, namingColumns, type FoundRow, type Question, type Searched } from './searched-tables.ts'

const ROWS_PER_TABLE = 5
/** Rows whose digits may be those of a number, and names that may have been meant: most turn out to be others. */
const NUMBERS_PER_TABLE = 25
const NAMES_PER_TABLE = 30
const MOST_WORDS_MEANT = 2
const MOST_NEAREST = 5

/** The rows that hold every word in some spelling, those first that are called so: one `$batch`. */
export async function quickFind(
  terms: readonly string[],
  { tables, index }: Searched,
  context: ToolContext,
): Promise<FoundRow[]> {
  const words = terms.map((term) => spellingsOf(term))
  const questions = tables.map((table) => ({
    table,
    query: quickFindQuery(table, namingColumns(table), words, ROWS_PER_TABLE),
  }))
  const found = await askTables(questions, index, context)
  return found.toSorted((a, b) => rank(a, terms) - rank(b, terms))
}

/** The rows with a telephone number, however it is written, and those that hold its text elsewhere: one `$batch`. */
export async function findNumber(
  number: PhoneNumber,
  written: string,
  { tables, index }: Searched,
  context: ToolContext,
): Promise<FoundRow[]> {
  const texts = [[...new Set([written, written.replaceAll(/\D/g, '')])]]
  const questions = tables.flatMap((table): Question[] => {
    const phones = phoneColumns(table)
    const others = textColumns(table).filter((name) => !phones.includes(name))
    const query = quickFindQuery(table, namingColumns(table), texts, ROWS_PER_TABLE, others)
    return [
      ...(phones.length > 0 ? [numberQuestion(number, table, phones)] : []),
      ...(others.length > 0 ? [{ table, query }] : []),
    ]
  })
  return await askTables(questions, index, context)
}

function numberQuestion(number: PhoneNumber, table: Searched['tables'][number], phones: readonly string[]): Question {
  const isIn = (value: unknown): boolean => typeof value === 'string' && isSameNumber(number, value)
  return {
    table,
    query: numberQuery(table, namingColumns(table), number, NUMBERS_PER_TABLE),
    keeps: (row) => phones.some((name) => isIn(row[name])),
  }
}

/**
 * Rows that are called almost so, the nearest first, for somebody whose words found nothing: one `$batch`. A failure
 * here must not hide that nothing was found.
 */
export async function nearestRows(
  terms: readonly string[],
  { tables, index }: Searched,
  context: ToolContext,
): Promise<FoundRow[]> {
  const meant = terms.toSorted((a, b) => b.length - a.length).slice(0, MOST_WORDS_MEANT)
  const questions = tables.flatMap((table): Question[] => {
    const { nameColumn = '' } = table.entity
    if (table.byName.get(nameColumn)?.type !== 'String') return []
    const queries = meant.map((word) => nearQuery(table, namingColumns(table), nameColumn, word, NAMES_PER_TABLE))
    return queries.flatMap((query) => (query ? [{ table, query }] : []))
  })
  try {
    const rows = await askTables(questions, index, context)
    const scored = rows.map((row) => ({ row, alike: likeness(row.name ?? '', terms) }))
    const near = scored.filter(({ alike }) => alike > 0).toSorted((a, b) => b.alike - a.alike)
    return near.slice(0, MOST_NEAREST).map(({ row }) => row)
  } catch (error) {
    if (error instanceof DataverseError) return []
    throw error
  }
}

/** The name is what was searched for, begins with it, holds it, holds the words; else they stand elsewhere. */
function rank({ name = '' }: FoundRow, terms: readonly string[]): number {
  const called = spellingKey(name)
  const words = terms.map(spellingKey)
  const phrase = words.join(' ')
  if (called === phrase) return 0
  if (called.startsWith(phrase)) return 1
  if (called.includes(phrase)) return 2
  return words.every((word) => called.includes(word)) ? 3 : 4
}
