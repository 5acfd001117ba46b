import { isAlwaysSet, kindOf } from '../../model/column-kind.ts'
import { findOperator } from '../../model/operator-words.ts'
import type { Condition, Filter } from '../../model/query.ts'
import { findColumn } from '../names/find-column.ts'
import type { Resolving, Scope } from '../names/scope.ts'
import type { Subject } from './resolve-condition.ts'

/**
 * Whether a negative has empty cells to speak of: it holds for them, as it holds wherever its positive does not.
 * A column of a row behind a lookup is empty where there is no such row.
 */
export function mayBeEmpty({ column, scope, entityName }: Subject): boolean {
  const described = column.describes === undefined ? undefined : scope.table.byName.get(column.describes)
  return entityName !== undefined || !isAlwaysSet(described ?? column, scope.table.entity.idColumn)
}

/** Columns that the filters around a condition test for a value themselves. */
export type Tested = {
  /** Rows without a value there are left out already. */
  readonly excluded: ReadonlySet<string>
  /** They are asked for: that a negative holds for them, too, surprises nobody. */
  readonly wanted: ReadonlySet<string>
}

export const UNTESTED: Tested = { excluded: new Set(), wanted: new Set() }

/** @param negative the filter stands below a `not`, its own included */
export function testedIn(filter: Filter, negative: boolean, above: Tested, own: Scope, resolving: Resolving): Tested {
  const isAnd = (filter.type === 'and') !== negative
  const alone = filter.filters.filter(
    ({ conditions, filters, links }) => conditions.length === 1 && filters.length + links.length === 0,
  )
  const tests = [
    ...filter.conditions.map((condition) => testOf(condition, negative, own, resolving)),
    ...alone.flatMap(({ conditions, negated = false }) =>
      conditions.map((condition) => testOf(condition, negative !== negated, own, resolving)),
    ),
  ]
  const keys = (wanted: boolean): string[] => tests.flatMap((one) => (one && one.empty === wanted ? [one.key] : []))
  return {
    excluded: isAnd ? new Set([...above.excluded, ...keys(false)]) : above.excluded,
    wanted: new Set([...above.wanted, ...keys(true)]),
  }
}

type Test = { readonly key: string; readonly empty: boolean }

function testOf(condition: Condition, negative: boolean, own: Scope, resolving: Resolving): Test | undefined {
  const { name = '', negates } = findOperator(condition.operator)?.operator ?? {}
  const positive = negates ?? name
  const asksForNone = positive === 'null' || (positive === 'eq' && isNothing(condition, own, resolving))
  if (!asksForNone) return undefined
  return { key: keyOf(condition, own, resolving), empty: (negates === undefined) !== negative }
}

/** The word null is a text like any other where text is compared. */
function isNothing({ values, attribute, entityName = '' }: Condition, own: Scope, { scopes }: Resolving): boolean {
  const [value, ...more] = values
  if (value === undefined || more.length > 0) return false
  const { table } = scopes.get(entityName.toLowerCase()) ?? own
  const column = findColumn(table, attribute)
  const isText = column !== undefined && kindOf(column) === 'text'
  return value.trim() === '' || (!isText && value.trim().toLowerCase() === 'null')
}

/** One key for a column, however it is written. */
export function keyOf({ entityName = '', attribute }: Condition, own: Scope, { scopes }: Resolving): string {
  const alias = entityName.toLowerCase()
  const scope = alias === '' ? own : scopes.get(alias)
  const column = scope && findColumn(scope.table, attribute)
  return `${alias}.${column?.name ?? attribute.toLowerCase()}`
}

/** Says that rows were added which a reader of the condition may not expect. */
export function sayEmptyIncluded(subject: Subject, own: Scope, resolving: Resolving): void {
  const { note, root } = resolving
  const { column, scope, entityName } = subject
  const name = nameOf(subject, resolving)
  if (entityName === undefined && own !== root)
    note(`A ${scope.table.entity.name} without a value in ${column.name} counts as one that does not match.`)
  else note(`Rows without a value in ${name} are included; to leave them out, test beside it that ${name} is not null.`)
}

/** The column as it is reached: `account/name`, `alias.name`. */
function nameOf({ column, entityName }: Subject, { joins }: Resolving): string {
  const steps = entityName === undefined ? [] : joins.stepsTo(entityName)
  return steps ? [...steps.map(({ way }) => way.name), column.name].join('/') : `${entityName ?? ''}.${column.name}`
}
