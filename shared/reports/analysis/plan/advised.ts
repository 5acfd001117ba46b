import { QueryError } from '../../../dataverse/errors.ts'
import type { Column, Entity, Metadata, Table } from '../../../dataverse/metadata/model.ts'
import { kindOf, WHAT } from '../../../dataverse/query/model/column-kind.ts'
import { findColumn } from '../../../dataverse/query/resolve/names/find-column.ts'
import { partsOf } from '../parse/tokens.ts'

const NO_COLUMN = /^The entity (\w{1,128}) has no column "(\w{1,128})"/
const NO_SUM = /^(?:sum|avg) does not work on \w{1,128}, a column of type (?!DateTime)/
const BARE = /^\s*([a-z_]\w{0,59}(?: \w{1,30}){0,3}?)(?:\s+as\s+\w+)?\s*$/i
/** Several words that are read as the language of measures, in which another step is told. */
const IN_LANGUAGE = /\b(?:with|as|of|where|in)\b/i
const NOT_READ = /(?:has an unexpected "|names a column without a figure of it)/

/** A refusal with the next step that the table tells, where there is one; it is read already, so that nothing is asked. */
export async function advised(
  error: unknown,
  { entity, measures }: { readonly entity: string; readonly measures: readonly string[] },
  metadata: Pick<Metadata, 'entity' | 'entities' | 'table'>,
): Promise<unknown> {
  if (!(error instanceof QueryError)) return error
  const [, of = '', name = ''] = (error.code === 'unknown_column' && NO_COLUMN.exec(error.message)) || []
  const stepOf = async () => {
    if (name !== '') return await severalStep(of, name, metadata)
    if (error.code === 'invalid_aggregate') return await amountStep(error, { entity }, metadata)
    return await bareStep(error, { entity, measures }, metadata)
  }
  const step = await stepOf()
  return step === undefined ? error : new QueryError(error.code, error.message, step)
}

/** A row has no column for what it has several of. */
async function severalStep(
  of: string,
  name: string,
  metadata: Pick<Metadata, 'entity' | 'entities' | 'table'>,
): Promise<string | undefined> {
  const { byName } = await metadata.entities()
  const { collections } = await metadata.table(await metadata.entity(of))
  const wanted = name.toLowerCase()
  const named = collections.filter((one) => one.name.toLowerCase() === wanted)
  const meant = collections.filter(({ target }) => namesOf(target, byName.get(target)).includes(wanted))
  const [way] = (named.length > 0 ? named : meant).toSorted(
    (one, other) => Number(one.kind === 'one-to-many') - Number(other.kind === 'one-to-many'),
  )
  const id = byName.get(way?.target ?? '')?.idColumn
  if (way === undefined || id === undefined) return undefined
  const condition = `write as a condition: ${way.name}/any(x:x/${id} ne null)`
  const group = way.kind === 'one-to-many' && way.column ? ` by ${way.column}` : ''
  return `One ${of} may have several of ${way.target}: ${condition}. For figures of each analyze the entity ${way.target}${group}.`
}

function namesOf(target: string, entity: Entity | undefined): readonly (string | undefined)[] {
  return [target, entity?.idColumn, entity?.entitySet.toLowerCase()]
}

/** A word that is no column is a figure somewhere else. */
async function bareStep(
  { code, message }: QueryError,
  { entity, measures }: { readonly entity: string; readonly measures: readonly string[] },
  metadata: Pick<Metadata, 'entity' | 'table'>,
): Promise<string | undefined> {
  if (code !== 'invalid_measure') return undefined
  const bare = measures.flatMap(partsOf).find((part) => BARE.test(part) && message.includes(`"${part.trim()}"`))
  const [, word] = BARE.exec(bare ?? '') ?? []
  if (word === undefined) return undefined
  const isOne = !word.includes(' ')
  if (!isOne && (IN_LANGUAGE.test(word) || !NOT_READ.test(message))) return undefined
  const table = await metadata.table(await metadata.entity(entity))
  const found = findColumn(table, word)
  if (found) return ofColumn(word, found, amountOf(table))
  // What several words count or sum is not known of them.
  if (!isOne && !RATE.test(word) && !MEAN.test(word)) return undefined
  const figure = figureFor(word, table)
  if (RATE.test(word) && figure.includes('where') && !speaksOfClosing(word, table))
    return `There is no column ${word}. Write: ${figure} as part. Put what ${word} counts in place of these conditions.`
  return `There is no column ${word}. Write: ${figure} as ${word.replaceAll(' ', '_')}.`
}

/** What a column gives a figure of; its label may be a word for money, while it holds none. */
function ofColumn(word: string, column: Column, amount: Column | undefined): string | undefined {
  const { name } = column
  const kind = kindOf(column)
  if (kind === 'number' || kind === 'other') return word.includes(' ') ? `Write: sum(${name}).` : undefined
  if (kind === 'date') return `Write: max(${name}), min(${name}) or count(${name}).`
  const other = amount === undefined || word.toLowerCase() === name ? '' : ` For an amount write: sum(${amount.name}).`
  return `"${word}" is ${name}, ${WHAT[kind]}. Write: count(${name}).${other}`
}

/** What has no sum was likely found by its label. */
async function amountStep(
  { message }: QueryError,
  { entity }: { readonly entity: string },
  metadata: Pick<Metadata, 'entity' | 'table'>,
): Promise<string | undefined> {
  if (!NO_SUM.test(message)) return undefined
  const amount = amountOf(await metadata.table(await metadata.entity(entity)))
  return amount && `Use it on a number or an amount, such as sum(${amount.name}); count rows with count.`
}

const CLOSING = /win|won|clos|success|conver|hit/i
const RATE = /rate|ratio|share|percent|pct|conversion/i
const MEAN = /^(?:avg|average|mean)|_(?:avg|average|mean)$|size/i

/** Whether a rate is that of the first state that rows are closed in: another figure is not called by the word. */
function speaksOfClosing(word: string, { byName }: Table): boolean {
  const label = byName.get('statecode')?.options?.[1]?.label.toLowerCase() ?? ''
  return CLOSING.test(word) || word.toLowerCase().includes(label.slice(0, 4))
}

function figureFor(word: string, { byName }: Table): string {
  const [first, then] = byName.get('statecode')?.options ?? []
  if (RATE.test(word) && first && then)
    return `count(where statecode eq ${quoted(then.label)}) / count(where statecode ne ${quoted(first.label)})`
  const amount = amountOf({ byName })
  return amount === undefined ? 'count' : `${MEAN.test(word) ? 'avg' : 'sum'}(${amount.name})`
}

function amountOf({ byName }: Pick<Table, 'byName'>): Column | undefined {
  return [...byName.values()].filter(isAmount).toSorted((one, other) => rankOf(one) - rankOf(other))[0]
}

function isAmount({ type, readable, name, hiding }: Column): boolean {
  return type === 'Money' && readable && hiding === undefined && !name.endsWith('_base')
}

/** What people search by they know. */
function rankOf({ required, searchable, name }: Column): number {
  return (required ? 0 : 4) + (searchable ? 0 : 2) + (/value|amount|revenue/.test(name) ? 0 : 1)
}

function quoted(label: string): string {
  return `'${label.replaceAll("'", "''")}'`
}
