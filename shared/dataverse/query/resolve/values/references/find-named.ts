import { DataverseError, QueryError } from '../../../../errors.ts'
import type { Entity, Table } from '../../../../metadata/model.ts'
import { nearest } from '../../../../advice/suggest.ts'
import { quoted } from '../../../say/refusals.ts'
import { folded, likePattern } from '../../../to-wire/like-pattern.ts'
import { isRefusal } from '../../../../web-api/coalesce.ts'
import type { Asked, NamedRow, ValueContext } from '../asked.ts'
import { wordsForAsker } from './who.ts'

/** More ids than this make a query of their own. */
export const MOST_NAMED = 200
const MOST_CANDIDATES = 5
const LONGEST_NEAR = 200

/** Other columns that people call a row by. */
const ALSO_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['systemuser', ['internalemailaddress', 'domainname', 'firstname']],
  ['transactioncurrency', ['isocurrencycode', 'currencysymbol']],
  ['contact', ['emailaddress1']],
  ['account', ['emailaddress1']],
  ['lead', ['emailaddress1']],
])

/** And those that have a number, which is how a person writes of one. */
export const NUMBERS: ReadonlyMap<string, string> = new Map([
  ['incident', 'ticketnumber'],
  ['quote', 'quotenumber'],
  ['salesorder', 'ordernumber'],
  ['invoice', 'invoicenumber'],
])

type Found = NamedRow & { readonly entity: Entity }
type Finding = Pick<ValueContext, 'rows' | 'tableOf'>

/**
 * The ids of the rows that have that very name, else of the one that has this address, code or first name.
 * @returns undefined where the person may read none of the entities
 * @throws QueryError `unknown_name`, `ambiguous_name`, `too_many_names`
 */
export async function idsNamed(
  text: string,
  targets: readonly Entity[],
  asked: Asked,
  context: ValueContext,
): Promise<readonly string[] | undefined> {
  const { column } = asked
  const found = await findIn(targets, text, 'eq', MOST_NAMED, context)
  if (!found) return undefined
  if (found.length > MOST_NAMED) throw tooManyNames(text, column.name)
  const named = found.filter(({ name }) => folded(name.trim()) === folded(text))
  if (named.length > 1)
    context.note(`${named.length} rows are called ${quoted(text)}: ${column.name} may be any of them.`)
  if (named.length > 0) return named.map(({ id }) => id)
  const [only, ...others] = found
  if (!only) throw await unknownName(text, targets, asked, context)
  if (others.length > 0)
    throw new QueryError(
      'ambiguous_name',
      `Several rows that you may see go by ${quoted(text)}, and none has that very name.`,
      `Write one of: ${choicesOf(found, asked)}.`,
    )
  context.note(`${quoted(text)} was read as ${only.name} (${only.entity.name}).`)
  return [only.id]
}

async function alsoNames({ name }: Entity, { tableOf }: Finding): Promise<readonly string[]> {
  const table = ALSO_NAMES.has(name) || NUMBERS.has(name) ? await tableOf(name) : undefined
  return table ? alsoNamesIn(table) : []
}

/** The other columns that rows of a table go by. */
export function alsoNamesIn({ entity, byName }: Table): readonly string[] {
  const names = [...(ALSO_NAMES.get(entity.name) ?? []), NUMBERS.get(entity.name) ?? []].flat()
  return names.filter((name) => {
    const column = byName.get(name)
    return column?.readable === true && column.hiding === undefined
  })
}

/** Rows of all targets that go by the text, or whose name is like it; undefined where none of them may be read. */
export async function findIn(
  targets: readonly Entity[],
  text: string,
  how: 'eq' | 'like',
  most: number,
  context: Finding,
): Promise<readonly Found[] | undefined> {
  const answers = await Promise.all(
    targets.map(async (entity) => {
      try {
        const also = how === 'eq' ? await alsoNames(entity, context) : []
        const columns = [entity.nameColumn, ...also].filter((column) => column !== undefined)
        const found = columns.length === 0 ? [] : await context.rows.find(entity, columns, text, how, most)
        return found.map(({ id, name }) => ({ id: id.toLowerCase(), name, entity }))
      } catch (error) {
        if (error instanceof DataverseError && isRefusal(error)) return undefined
        throw error
      }
    }),
  )
  const read = answers.filter((rowsOfOne) => rowsOfOne !== undefined)
  return read.length === 0 ? undefined : read.flat()
}

function choicesOf(found: readonly Found[], { say }: Asked): string {
  const choices = found.map(({ id, name, entity }) => `${say({ values: [id] })} (${entity.name} ${quoted(name)})`)
  return choices.slice(0, MOST_CANDIDATES).join('; ')
}

async function unknownName(
  text: string,
  targets: readonly Entity[],
  asked: Asked,
  context: ValueContext,
): Promise<QueryError> {
  const { table, column, say } = asked
  const names = targets.map(({ name }) => name)
  const nobody = `${names.includes('systemuser') ? 'Nobody' : 'No row'} that you may see is called ${quoted(text)}.`
  const own = wordsForAsker(text, names).map((word) => say({ values: [word] }))
  if (own.length > 0) return new QueryError('unknown_name', nobody, `Did you mean: ${own.join('; ')}?`)
  const searched = column.name === table.entity.idColumn ? (table.entity.nameColumn ?? column.name) : column.name
  const near = await nearTo(text, (part) => findIn(targets, part, 'like', MOST_CANDIDATES, context))
  const word = /[^\s,;]+/.exec(text.slice(0, 50))?.[0] ?? text.slice(0, 50)
  return new QueryError(
    'unknown_name',
    nobody,
    near.length > 0
      ? `Did you mean: ${choicesOf(near, asked)}?`
      : `Look for a part of the name: ${say({ column: searched, operator: 'contains', values: [word] })}.`,
  )
}

/**
 * What has the first word of a text in its name, else what has the longest of the others there and is spelt almost so: a
 * first name may be misspelt, and "Ltd" alone leads anywhere.
 */
export async function nearTo<Row extends { readonly name: string }>(
  text: string,
  find: (pattern: string) => Promise<readonly Row[] | undefined>,
): Promise<readonly Row[]> {
  const [first, ...others] = text.slice(0, LONGEST_NEAR).match(/[^\s,;"']{3,50}/g) ?? []
  if (first === undefined) return []
  const near = (await find(likePattern('contains', first))) ?? []
  const longest = others.toSorted((one, other) => other.length - one.length)[0]
  if (near.length > 0 || longest === undefined) return near
  const rows = (await find(likePattern('contains', longest))) ?? []
  return rows.filter(({ name }) => nearest(text, [name]).length > 0)
}

export function tooManyNames(text: string, column: string): QueryError {
  return new QueryError(
    'too_many_names',
    `More than ${MOST_NAMED} rows that ${column} may refer to go by ${quoted(text)}.`,
    'Write more of the name, or an id.',
  )
}
