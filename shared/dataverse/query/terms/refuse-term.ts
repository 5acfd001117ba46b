import { QueryError } from '../../errors.ts'
import type { Table } from '../../metadata/model.ts'
import { nearest } from '../../suggest.ts'
import { kindOf } from '../model/column-kind.ts'
import type { Condition } from '../model/query.ts'
import { nearestColumns } from '../resolve/names/find-column.ts'
import { printCondition, type Notation } from '../say/notation.ts'
import { invalidFetch, quoted, shown } from '../say/refusals.ts'
import { entitiesWith, findTerm, termsOf } from './find-term.ts'
import { readTermCondition } from './read-term-condition.ts'
import { aliasOf, type Rows } from './rows.ts'
import type { Term } from './term.ts'

type Asked = { readonly terms: readonly Term[]; readonly notation: Notation }

const MOST_LISTED = 20
const MOST_PRINTED = 3

/** @param name what no term is called; undefined where the condition is of a form that no term takes */
export function unknownTerm(
  condition: Condition,
  name: string | undefined,
  rows: readonly Rows[],
  asked: Asked,
): QueryError {
  const tables = rows.map(({ table }) => table)
  const names = [...new Set(tables.flatMap((table) => termsOf(asked.terms, table.entity.name).map((one) => one.name)))]
  const called = tables.map(({ entity }) => entity.name).join(' or ')
  if (names.length === 0) return withoutTerms(condition, name, called, tables, asked)
  const written = name ?? condition.values[0] ?? condition.otherColumn ?? ''
  const near = nearTo(written, tables, asked)
  const printed = (near.length > 0 ? near : names.slice(0, MOST_PRINTED)).map((one) =>
    printTerm(condition, written, one, asked),
  )
  const listed = `${names.slice(0, MOST_LISTED).join(', ')}${names.length > MOST_LISTED ? ', …' : ''}`
  const step = `Write for example: ${printed.join('; ')}. Terms of ${called} are ${listed}.`
  if (name === undefined)
    return new QueryError('invalid_operator', 'A term takes eq, ne or a list of names, and nothing else.', step)
  const elsewhere = entitiesWith(asked.terms, name)
  if (elsewhere.length > 0) return ofAnother(condition, name, elsewhere, tables, asked)
  return new QueryError('unknown_term', `There is no term ${quoted(name)} of ${called}.`, step)
}

function nearTo(written: string, tables: readonly Table[], { terms }: Asked): readonly string[] {
  const candidates = tables.flatMap(({ entity }) => termsOf(terms, entity.name))
  return nearest(written.slice(0, 100).replaceAll('%', ''), candidates, MOST_PRINTED)
}

/** The condition that was asked, with a term that there is in the place of the one that is none. */
function printTerm(condition: Condition, wrong: string, right: string, { notation, terms: _terms }: Asked): string {
  const { names, negative } = readTermCondition(condition, notation) ?? { names: [wrong], negative: false }
  const values = names.map((one) => (one === wrong ? right : one))
  const several = values.length > 1
  const operator = several ? (negative ? 'not-in' : 'in') : negative ? 'ne' : 'eq'
  return printCondition({ subject: subjectOf(condition), operator, values, kind: 'text' }, notation)
}

function subjectOf(condition: Condition, name = 'term'): string {
  const alias = aliasOf(condition)
  return [...(alias === undefined ? (condition.path ?? []) : [alias]), name].join('/')
}

function withoutTerms(
  condition: Condition,
  name: string | undefined,
  called: string,
  [table]: readonly Table[],
  asked: Asked,
): QueryError {
  const elsewhere = entitiesWith(asked.terms, name ?? '')
  if (name !== undefined && table && elsewhere.length > 0) return ofAnother(condition, name, elsewhere, [table], asked)
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
function ofAnother(
  condition: Condition,
  name: string,
  entities: readonly string[],
  [table]: readonly Table[],
  { terms, notation }: Asked,
): QueryError {
  const [entity = ''] = entities
  const written = findTerm(terms, entity, name)?.name ?? name
  const { path = [] } = condition
  const lookup = table?.navigations.find(({ target }) => target === entity)
  const many = table?.collections.find(({ target }) => target === entity)
  const print = (subject: string): string =>
    printCondition({ subject, operator: 'eq', values: [written], kind: 'text' }, notation)
  const [way] = [lookup, many].flatMap((one) => one?.name ?? [])
  const start = [...path, way ?? ''].join('/')
  const printed = lookup ? print(`${start}/term`) : `${start}/any(o:${print('o/term')})`
  const there = `Query the entity ${entity} with that term`
  const step =
    notation === 'fetchxml'
      ? `${there}, or put the condition into the <filter> of a <link-entity name="${entity}">.`
      : way === undefined
        ? `${there}.`
        : `${there}, or write: ${printed}.`
  const called = table?.entity.name ?? ''
  return new QueryError(
    'unknown_term',
    `${quoted(written)} is a term of ${entities.join(' and ')}, not of ${called}.`,
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

/** @returns the error itself where it speaks of more than this definition */
export function unreadable(term: Term, error: unknown): unknown {
  if (!(error instanceof QueryError) || error.code === 'invalid_term' || error.code === 'query_too_long') return error
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
export function periodOfNone(condition: Condition, rows: readonly Rows[], { terms, notation }: Asked): QueryError {
  const [table] = rows.map((one) => one.table)
  const ofTerms = table ? termsOf(terms, table.entity.name).flatMap(({ date }) => date ?? []) : []
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
  if (printed.length === 0) return invalidFetch(problem, 'Leave the period out: the entity has no column of dates.')
  return new QueryError('unclear_period', problem, `Write the column instead: ${printed.join('; ')}.`)
}
