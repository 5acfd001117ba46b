import { QueryError } from '../../../errors.ts'
import { findColumn } from '../names/find-column.ts'
import type { Column } from '../../../metadata/model.ts'
import { checkKind, WHAT } from '../../../fetchxml/check-kind.ts'
import { kindOf, type ColumnKind } from '../../model/column-kind.ts'
import type { Condition } from '../../model/query.ts'
import { invalidFetch } from '../../../fetchxml/invalid-fetch.ts'
import type { Operator } from '../../model/operators.ts'
import { comparedColumn, scopeNamed, type Resolving, type Scope } from '../names/scope.ts'

const COMPARES_COLUMNS: readonly string[] = ['eq', 'ne', 'neq', 'gt', 'ge', 'lt', 'le']

/** @throws QueryError when the other column does not exist, or is of another type */
export function comparedWith(
  condition: Condition,
  column: Column,
  operator: Operator,
  scope: Scope,
  resolving: Resolving,
): string {
  if (!COMPARES_COLUMNS.includes(operator.name))
    throw invalidFetch(
      `The operator ${operator.name} does not compare columns.`,
      'Use eq, ne, gt, ge, lt or le with valueof.',
    )
  const { otherScope, name } = splitName(condition.otherColumn ?? '', scope, resolving)
  const other = comparedColumn(otherScope, name, resolving)
  checkKind(operator, column, resolving)
  if (kindOf(other) === kindOf(column) || sameReference(kindOf(other), kindOf(column)))
    return otherScope === scope || otherScope.alias === undefined ? other.name : `${otherScope.alias}.${other.name}`
  const alike = [...otherScope.table.byName.values()].filter((one) => kindOf(one) === kindOf(column))
  throw new QueryError(
    'invalid_valueof',
    `${column.name} is ${WHAT[kindOf(column)]} and ${other.name} is ${WHAT[kindOf(other)]}: they cannot be compared.`,
    `Compare it with a column of its kind, e.g. ${alike
      .slice(0, 5)
      .map(({ name }) => name)
      .join(', ')}.`,
  )
}

function sameReference(one: ColumnKind, other: ColumnKind): boolean {
  return [one, other].every((kind) => kind === 'lookup' || kind === 'id')
}

/** `alias.column`, or a column of the same table: a label may have a dot. */
function splitName(
  written: string,
  scope: Scope,
  resolving: Resolving,
): { readonly otherScope: Scope; readonly name: string } {
  const dot = written.indexOf('.')
  if (dot < 0 || findColumn(scope.table, written)) return { otherScope: scope, name: written }
  const otherScope = scopeNamed(written.slice(0, dot), resolving)
  if (otherScope === scope || otherScope.alias !== undefined) return { otherScope, name: written.slice(dot + 1) }
  throw invalidFetch(
    'A condition of a link-entity cannot compare with a column of the entity.',
    'Move it into the <filter> of the <entity>, with entityname="…" for the column of the link.',
  )
}
