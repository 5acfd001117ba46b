import { QueryError } from '../../errors.ts'
import type { Metadata, Table } from '../../metadata/model.ts'
import type { RefusalCode } from '../../refusal-codes.ts'
import { nearest } from '../../advice/suggest.ts'
import { kindOf } from '../model/column-kind.ts'
import type { Condition } from '../model/query.ts'
import { findEntity } from '../resolve/joins/find-navigation.ts'
import { nearestColumns } from '../resolve/names/find-column.ts'
import { printCondition, type Notation } from '../say/notation.ts'
import { quoted, shown } from '../say/refusals.ts'
import { entitiesWith, findTerm, termsOf } from './find-term.ts'
import { readTermCondition } from './read-term-condition.ts'
import { aliasOf, type Rows } from './rows.ts'
import { sayTerm } from './say-term.ts'
import type { Term } from './term.ts'

type Asked = {
  readonly terms: readonly Term[]
  readonly notation: Notation
  readonly metadata: Metadata
  /** The terms in whose definitions the condition stands. */
  readonly within: readonly Term[]
}

const MOST_LISTED = 20
const MOST_PRINTED = 3

/** @param name what no term is called; undefined where the condition is of a form that no term takes */
export async function unknownTerm(
  condition: Condition,
  name: string | undefined,
  rows: readonly Rows[],
  asked: Asked,
): Promise<QueryError> {
  const tables = rows.map(({ table }) => table)
  const called = tables.map(({ entity }) => entity.name).join(' or ')
  const elsewhere = name === undefined ? undefined : await ofAnother(name, rows, asked)
  if (elsewhere) return elsewhere
  const offered = (await Promise.all(tables.map((one) => offeredOf(one, asked)))).flat()
  if (offered.length === 0) return withoutTerms(called, tables)
  const written = name ?? condition.values[0] ?? condition.otherColumn ?? ''
  const near = nearest(written.slice(0, 100).replaceAll('%', ''), offered, MOST_PRINTED)
  const names = [...new Set(offered.map((one) => one.name))]
  const printed = (near.length > 0 ? near : names.slice(0, MOST_PRINTED)).map((one) =>
    printTerm(condition, written, one, asked.notation),
  )
  const listed = `${names.slice(0, MOST_LISTED).join(', ')}${names.length > MOST_LISTED ? ', …' : ''}`
  const step = `Write for example: ${printed.join('; ')}. Terms of ${called} are ${listed}.`
  return name === undefined
    ? new QueryError('invalid_operator', 'A term is compared by eq, ne or a list of names, and by nothing else.', step)
    : new QueryError(
        'unknown_term',
        `There is no term ${quoted(name)} of ${called}.`,
        [step, ...figuresStep(name, near, offered, asked.notation)].join(' '),
      )
}

/** `stalled 14 days`: the term alone would answer with the figures of its definition. */
function figuresStep(name: string, [near]: readonly string[], offered: readonly Term[], notation: Notation): string[] {
  const { filter } = offered.find((one) => one.name === near) ?? {}
  if (filter === undefined || notation !== 'odata' || !/\d/.test(name) || !/\d/.test(filter)) return []
  return [`A term has figures of its own; for others write its definition with them: ${filter}`]
}

/** What is hidden from models is not offered; a definition is its author's to mend, who knows what there is. */
async function offeredOf(table: Table, { terms, metadata, within }: Asked): Promise<readonly Term[]> {
  if (table.hidden === undefined || within.length > 0) return termsOf(terms, table.entity.name)
  const { askableTerms } = await import('../../column-security/askable-terms.ts')
  return await askableTerms(table, metadata)
}

/** The condition that was asked, with a term that there is in the place of the one that is none. */
function printTerm(condition: Condition, wrong: string, right: string, notation: Notation): string {
  const { names, negative } = readTermCondition(condition, notation) ?? { names: [wrong], negative: false }
  const values = names.map((one) => (one === wrong ? right : one))
  const operator = values.length > 1 ? (negative ? 'not-in' : 'in') : negative ? 'ne' : 'eq'
  return printCondition({ subject: subjectOf(condition), operator, values, kind: 'text' }, notation)
}

function subjectOf(condition: Condition, name = 'term'): string {
  const alias = aliasOf(condition)
  return [...(alias === undefined ? (condition.path ?? []) : [alias]), name].join('/')
}

function withoutTerms(called: string, [table]: readonly Table[]): QueryError {
  const near = table ? nearestColumns(table, 'term') : []
  return new QueryError(
    'unknown_term',
    `The entity ${called} has no terms, and no column "term".`,
    near.length > 0
      ? `Did you mean: ${near.join(', ')}?`
      : `Call get_entity_metadata for ${called} to see its columns.`,
  )
}

/** A term of other rows is asked of them, or of those that a relationship leads to. */
async function ofAnother(
  name: string,
  rows: readonly Rows[],
  { terms, notation, metadata }: Asked,
): Promise<QueryError | undefined> {
  const found = await Promise.all(entitiesWith(terms, name).map((one) => findEntity(metadata, one)))
  const entities = found.flatMap((one) => one?.name ?? [])
  const [entity] = entities
  if (entity === undefined) return undefined
  const written = findTerm(terms, entity, name)?.name ?? name
  const printed = printCondition({ subject: 'term', operator: 'eq', values: [written], kind: 'text' }, 'odata')
  // By the lookup to one entity: `customerid` leads to two, and none of its collections is one of both.
  const ways = rows
    .flatMap(({ table, path }) => {
      const start = path.map((one) => `${one}/`).join('')
      const lookups = table.navigations.filter(({ target }) => target === entity)
      const collections = table.collections.filter(({ target }) => target === entity)
      return [
        ...lookups.map((way) => `${start}${way.name}/${printed}`),
        ...collections.map((way) => `${start}${way.name}/any(o:o/${printed})`),
      ]
    })
    .slice(0, MOST_PRINTED)
  const there = `Query the entity ${entity} with that term`
  const step =
    notation === 'fetchxml'
      ? `${there}, or put the condition into the <filter> of a <link-entity name="${entity}">.`
      : ways.length === 0
        ? `${there}.`
        : `${there}, or write what you mean of: ${ways.join('; ')}.`
  return new QueryError(
    'unknown_term',
    `${quoted(written)} is a term of ${entities.join(' and ')}, not of ${rows.map(({ table }) => table.entity.name).join(' or ')}.`,
    step,
  )
}

/** Several of the rows that a lookup leads to have such a term. */
export function ambiguousTerm(condition: Condition, rows: readonly Rows[]): QueryError {
  const ways = rows.map(({ path, table }) => `${path.join('/')} (to ${table.entity.name})`)
  return new QueryError(
    'ambiguous_path',
    `The lookup ${quoted(condition.path?.join('/') ?? '')} leads to several entities that have this term.`,
    `Write one of: ${ways.join(', ')}.`,
  )
}

/** Terms that are made of each other, or of too many others. @param within the first is the one that was asked for */
export function inCircle(within: readonly Term[]): QueryError {
  const names = within.map(({ name }) => shown(name, 40)).join(', ')
  return new QueryError(
    'invalid_term',
    `The definitions of these terms lead to each other without end, or too far: ${names}.`,
    instead(within[0]),
  )
}

const TOLD_ALREADY: ReadonlySet<RefusalCode> = new Set(['invalid_term', 'query_too_long', 'hidden_by_administrator'])

/** @returns the error itself where it speaks of more than this definition */
export function unreadable(term: Term, error: unknown): unknown {
  if (!(error instanceof QueryError) || TOLD_ALREADY.has(error.code)) return error
  return new QueryError(
    'invalid_term',
    `The definition of the term ${quoted(term.name)} cannot be used. ${error.message}`,
    instead(term),
  )
}

function instead(term: Term | undefined): string {
  const who = term?.owner === undefined ? 'an administrator' : shown(term.owner)
  return `Leave the term out and write with columns of ${term?.entity ?? 'the entity'} what is meant; ${who} can mend the definition.`
}

export function tooMuch(most: number): QueryError {
  return new QueryError(
    'query_too_long',
    `Written out, the terms of the query have more conditions than Dataverse takes, which are ${most}.`,
    'Ask in several queries, each with fewer terms.',
  )
}

/** No term that is asked of the same rows has dates. */
export function periodOfNone(
  condition: Condition,
  rows: readonly Rows[],
  { terms, notation }: Pick<Asked, 'terms' | 'notation'>,
): QueryError {
  const [table] = rows.map((one) => one.table)
  const all = table ? termsOf(terms, table.entity.name).flatMap(({ date }) => date ?? []) : []
  // FetchXML has no column behind a lookup without a link to it, and here is none.
  const ofTerms = all.filter((name) => notation === 'odata' || !name.includes('/'))
  const dates = [...(table?.byName.values() ?? [])].filter((column) => column.readable && kindOf(column) === 'date')
  const columns = ofTerms.length > 0 ? ofTerms : dates.map(({ name }) => name)
  return unclear('No term of the query says which dates "period" means.', columns, condition, notation)
}

export function periodOfSeveral(
  condition: Condition,
  dates: readonly string[],
  { notation }: Pick<Asked, 'notation'>,
): QueryError {
  return unclear(
    'The terms of the query have different dates, so that "period" may mean each.',
    dates,
    condition,
    notation,
  )
}

function unclear(problem: string, dates: readonly string[], condition: Condition, notation: Notation): QueryError {
  const columns = [...new Set(dates)].slice(0, MOST_PRINTED)
  const { operator, values, otherColumn } = condition
  const printed = columns.map((name) =>
    printCondition(
      {
        subject: subjectOf(condition, name),
        operator,
        values: otherColumn === undefined ? values : [otherColumn],
        kind: 'date',
      },
      notation,
    ),
  )
  const step =
    printed.length === 0
      ? 'Leave the period out: the entity has no column of dates.'
      : `Write the column instead: ${printed.join('; ')}.`
  return new QueryError('unclear_period', problem, step)
}

/** A refused name may be one that stands in a definition, and not in what was asked. */
export function withMeanings(error: unknown, used: readonly Term[]): unknown {
  if (!(error instanceof QueryError) || used.length === 0) return error
  const told = used.slice(0, MOST_PRINTED).map(sayTerm)
  return new QueryError(error.code, [error.message, ...told].join(' '), error.nextStep)
}
