import { QueryError } from '../../../errors.ts'
import type { Column } from '../../../metadata/model.ts'
import { kindOf } from '../../model/column-kind.ts'
import type { Meaning } from '../../model/meaning.ts'
import { operatorNamed, OPPOSITES, type Operator } from '../../model/operators.ts'
import { filterOf, type Condition, type Filter } from '../../model/query.ts'
import { printCondition, type Say } from '../../say/notation.ts'
import { sayOwnCurrency } from '../../say/own-currency.ts'
import { invalidFetch, invalidFilter, quoted, shown } from '../../say/refusals.ts'
import { checkKind, requireOperator, withCount, type Counted } from './check-operator.ts'
import { keyOf, mayBeEmpty, sayEmptyIncluded, type Tested } from './empty-rows.ts'
import { filterFor } from './filter-for-meaning.ts'
import { findColumn, unknownColumn } from '../names/find-column.ts'
import { comparedColumn, scopeNamed, type Resolving, type Scope } from '../names/scope.ts'
import { holdsForEmpty, negate } from './negate.ts'
import { namesColumn, otherColumnOf } from '../values/other-column.ts'
import { readMeaning } from '../values/read-meaning.ts'

/** Where a condition stands. */
export type Standing = {
  readonly own: Scope
  /** It stands below a `not`. */
  readonly negative: boolean
  readonly tested: Tested
}

/** The column that a condition is about, and the table that has it. */
export type Subject = {
  readonly column: Column
  readonly scope: Scope
  /** Alias of the link whose column it is, where that is not the one that the condition stands in. */
  readonly entityName?: string
}

/** What a condition means, in Dataverse's own names and values. @throws QueryError */
export async function resolveCondition(written: Condition, standing: Standing, resolving: Resolving): Promise<Filter> {
  const condition = withSplitName(written, standing.own, resolving)
  const subject = subjectOf(condition, standing.own, resolving)
  if (condition.alone) checkAlone(subject)
  if (condition.isPeriod) checkPeriod(subject)
  const { operator, count } = requireOperator(condition.operator)
  const { otherColumn, orValue } = condition
  if (otherColumn !== undefined && (!orValue || namesColumn(otherColumn, subject, resolving)))
    return ofColumns({ ...condition, otherColumn }, operator, subject, standing, resolving)
  if (orValue) checkWord(otherColumn ?? '', subject)
  const given = orValue ? [otherColumn ?? ''] : count === undefined ? condition.values : [count]
  const asked = withCount({ operator, values: given }, subject.column, resolving.values)
  const say = sayOf(asked, subject, resolving)
  checkKind(asked.operator, subject.column, say, resolving.values)
  if (asked.values.length > 0) sayOwnCurrency(subject.column, subject.scope.table, resolving.note)
  const positive = positiveOf(asked.operator)
  const { column, scope } = subject
  const meaning = await readMeaning(
    {
      table: scope.table,
      column,
      operator: positive,
      isNegated: positive !== asked.operator,
      values: asked.values,
      written: say(),
      say,
    },
    resolving.values,
  )
  if (standing.negative === (positive !== asked.operator)) return await filterFor(meaning, false, subject, resolving)
  const empty = !holdsForEmpty(meaning) && addsEmpty(condition, subject, standing, resolving)
  const opposite = await negate(meaning, { dateOnly: column.dateOnly, clock: resolving.values.clock })
  return withEmpty(await filterFor(opposite, true, subject, resolving), empty && !isNamed(meaning) ? [subject] : [])
}

/** A word without quotes that names no column: where text is compared, one or the other is missing. */
function checkWord(word: string, { column, scope }: Subject): void {
  const kind = kindOf(column)
  if (kind === 'number' && !/\d/.test(word)) throw unknownColumn(scope.table, word)
  if (kind !== 'text') return
  throw invalidFilter(
    `compares ${column.name} with ${shown(word)}, which is neither a column nor in quotes`,
    `Put text in quotes: ${column.name} eq '${shown(word).replaceAll("'", "''")}'.`,
  )
}

/** Of all columns, a yes or no alone is a condition by itself. */
function checkAlone({ column: { name, type } }: Subject): void {
  if (type === 'Boolean') return
  throw new QueryError(
    'invalid_filter',
    `The column ${name} stands alone in the filter, and is no yes or no.`,
    `Write what it is compared with; for rows that have a value there: ${name} ne null.`,
  )
}

/** A text or a number has no days: compared with one as it is written, a period of it would be some other rows. */
function checkPeriod({ column, scope: { table } }: Subject): void {
  if (kindOf(column) === 'date') return
  const dates = [...table.byName.values()].filter((one) => one.readable && kindOf(one) === 'date')
  throw new QueryError(
    'unclear_period',
    `"period" means ${column.name} here, a column of type ${column.type} and not one of dates.`,
    `Write a column of dates of ${table.entity.name} in its place: ${dates
      .slice(0, 3)
      .map(({ name }) => name)
      .join(', ')}.`,
  )
}

function positiveOf(operator: Operator): Operator {
  return operator.negates === undefined ? operator : operatorNamed(operator.negates)
}

/** Whether empty cells are to be added, and says so; a filter that tests for them itself needs neither. */
function addsEmpty(condition: Condition, subject: Subject, { own, tested }: Standing, resolving: Resolving): boolean {
  const key = keyOf(condition, own, resolving)
  if (!mayBeEmpty(subject) || tested.excluded.has(key)) return false
  if (!tested.wanted.has(key)) sayEmptyIncluded(subject, own, resolving)
  return true
}

/** A name is not so where there is none, either: the links say that already. */
function isNamed(meaning: Meaning): boolean {
  if (meaning.kind === 'and' || meaning.kind === 'or') return meaning.parts.every(isNamed)
  return meaning.kind === 'name' || meaning.kind === 'party'
}

function withEmpty(filter: Filter, subjects: readonly Subject[]): Filter {
  if (subjects.length === 0) return filter
  return filterOf('or', { filters: [filter], conditions: subjects.map((subject) => conditionOn(subject, 'null', [])) })
}

export function conditionOn({ column, entityName }: Subject, operator: string, values: readonly string[]): Condition {
  return { attribute: column.name, ...(entityName !== undefined && { entityName }), operator, values }
}

function ofColumns(
  condition: Condition & { readonly otherColumn: string },
  operator: Operator,
  subject: Subject,
  standing: Standing,
  resolving: Resolving,
): Filter {
  const say = sayOf({ operator, values: [] }, subject, resolving)
  const other = otherColumnOf(condition, operator, subject, say, resolving)
  const positive = positiveOf(operator)
  const negative = standing.negative !== (positive !== operator)
  const name = negative ? (OPPOSITES.get(positive.name) ?? positive.name) : positive.name
  const compared = filterOf('and', { conditions: [{ ...conditionOn(subject, name, []), otherColumn: other.written }] })
  if (!negative) return compared
  const { own, tested } = standing
  const empty = [subject, other.subject].filter(
    (one) => mayBeEmpty(one) && !tested.excluded.has(keyOf(conditionOn(one, 'null', []), own, resolving)),
  )
  for (const one of empty) sayEmptyIncluded(one, own, resolving)
  return withEmpty(compared, empty)
}

/** `alias.column` as an attribute is a column of that link. */
function withSplitName(condition: Condition, own: Scope, { scopes }: Resolving): Condition {
  const [alias = '', column, ...more] = condition.attribute.split('.')
  const isSplit = column !== undefined && more.length === 0 && scopes.has(alias.trim().toLowerCase())
  if (!isSplit || condition.entityName !== undefined || findColumn(own.table, condition.attribute)) return condition
  return { ...condition, attribute: column, entityName: alias }
}

function subjectOf({ entityName: written, attribute }: Condition, own: Scope, resolving: Resolving): Subject {
  const scope = written === undefined ? own : scopeNamed(written, resolving)
  const column = comparedColumn(scope, attribute, resolving)
  if (scope === own) return { column, scope }
  if (scope.alias !== undefined) return { column, scope, entityName: scope.alias }
  throw invalidFetch(
    `A condition of a link-entity cannot be about ${quoted(written ?? '')}.`,
    'Move it into the <filter> of the <entity>.',
  )
}

/** Prints the condition with the column as the asker reaches it. */
function sayOf(asked: Counted, { column, scope, entityName }: Subject, resolving: Resolving): Say {
  const steps = entityName === undefined ? [] : resolving.joins.stepsTo(entityName)
  const ways = steps?.map(({ way }) => `${way.name}/`) ?? [`${scope.alias ?? ''}/`]
  return ({ column: name = column.name, operator = asked.operator.name, values = asked.values, ...other } = {}) => {
    const subject = `${ways.join('')}${name}`
    return printCondition({ subject, operator, values, kind: kindOf(column), ...other }, resolving.values.notation)
  }
}
