import type { Column } from '../../metadata/model.ts'
import type { Condition, Filter, Link } from '../model/query.ts'
import { operatorNamed } from '../model/operators.ts'
import { resolveCondition, type ResolvedCondition } from './resolve-condition.ts'
import type { Resolving, Scope } from './names/scope.ts'

export type ResolveLink = (link: Link, parent: Scope, inFilter: boolean) => Link

/** Never empty: a null case would only make the query longer. */
const NEVER_NULL = new Set(['State', 'Status', 'Owner'])
const NULL_TESTS = new Set(['null', 'not-null'])

/** A filter whose every condition means a column of its table, or of the link it names. @throws QueryError */
export function resolveFilter(filter: Filter, own: Scope, resolving: Resolving, resolveLink: ResolveLink): Filter {
  const conditions = filter.conditions.map((condition) => resolveCondition(condition, own, resolving))
  const tested = new Set(conditions.filter(({ operator }) => NULL_TESTS.has(operator.name)).map(keyOf))
  const needsNull = (one: ResolvedCondition): boolean => mayBeNull(one, own) && !tested.has(keyOf(one))
  const withNull = conditions.filter(needsNull)
  noteNulls(withNull, resolving)
  return {
    ...filter,
    conditions: conditions.filter((one) => !needsNull(one)).map(({ condition }) => condition),
    filters: [
      ...withNull.map(({ condition }) => orNull(condition)),
      ...filter.filters.map((inner) => resolveFilter(inner, own, resolving, resolveLink)),
    ],
    links: filter.links.map((link) => resolveLink(link, own, true)),
  }
}

function keyOf({ condition }: ResolvedCondition): string {
  return `${condition.entityName ?? ''}.${condition.attribute}`
}

/** Sources differ on whether a negative condition holds for a row without a value, so that it is never left open. */
function mayBeNull({ operator, condition, column }: ResolvedCondition, own: Scope): boolean {
  if (!operator.negative || condition.otherColumn !== undefined) return false
  return condition.entityName !== undefined || !isAlwaysSet(column, own)
}

function isAlwaysSet(column: Column, { table }: Scope): boolean {
  const described = column.describes === undefined ? undefined : table.byName.get(column.describes)
  return NEVER_NULL.has((described ?? column).type) || column.name === table.entity.idColumn
}

function noteNulls(conditions: readonly ResolvedCondition[], { note }: Resolving): void {
  const names = [...new Set(conditions.map(({ condition }) => condition.attribute))]
  if (names.length === 0) return
  note(
    `Rows without a value in ${names.join(', ')} are included; add a not-null condition beside it to leave them out.`,
  )
}

function orNull(condition: Condition): Filter {
  const { attribute, entityName } = condition
  const isNull: Condition = {
    attribute,
    ...(entityName !== undefined && { entityName }),
    operator: operatorNamed('null').name,
    values: [],
  }
  return { type: 'or', union: false, conditions: [condition, isNull], filters: [], links: [] }
}
