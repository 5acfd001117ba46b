import { QueryError } from '../../../errors.ts'
import { kindOf, WHAT, type ColumnKind } from '../../model/column-kind.ts'
import type { Operator } from '../../model/operators.ts'
import type { Condition } from '../../model/query.ts'
import type { Say } from '../../say/notation.ts'
import { invalidFetch } from '../../say/refusals.ts'
import { checkKind } from '../filter/check-operator.ts'
import { columnNamed, findColumn } from '../names/find-column.ts'
import { comparedColumn, scopeNamed, type Resolving, type Scope } from '../names/scope.ts'
import type { Subject } from '../filter/resolve-condition.ts'

const COMPARES_COLUMNS: ReadonlySet<string> = new Set(['eq', 'ne', 'neq', 'gt', 'ge', 'lt', 'le'])
/** Kinds that hold references, whose ids can be compared. */
const REFERENCES: ReadonlySet<ColumnKind> = new Set(['lookup', 'id'])

/** Whether a word without quotes is a column where it stands, and not a value; a label only where it can be compared. */
export function namesColumn(written: string, { column, scope }: Subject, { scopes }: Resolving): boolean {
  const [alias = '', name] = written.split('.')
  if (columnNamed(scope.table, written) || (name !== undefined && scopes.has(alias.toLowerCase()))) return true
  const labelled = findColumn(scope.table, written)
  return labelled !== undefined && isComparable(kindOf(labelled), kindOf(column))
}

/**
 * The column that a condition compares with, and how it is written in `valueof`.
 * @throws QueryError when it does not exist, or is of another kind
 */
export function otherColumnOf(
  { otherColumn }: Condition & { readonly otherColumn: string },
  operator: Operator,
  { column, scope }: Subject,
  say: Say,
  resolving: Resolving,
): { readonly subject: Subject; readonly written: string } {
  if (!COMPARES_COLUMNS.has(operator.name))
    throw invalidFetch(
      `The operator ${operator.name} does not compare columns.`,
      'Use eq, ne, gt, ge, lt or le with valueof.',
    )
  const { otherScope, name } = splitName(otherColumn, scope, resolving)
  const other = comparedColumn(otherScope, name, resolving)
  checkKind(operator, column, say, resolving.values)
  if (isComparable(kindOf(other), kindOf(column))) {
    const { alias } = otherScope
    if (otherScope === scope || alias === undefined)
      return { subject: { column: other, scope: otherScope }, written: other.name }
    return { subject: { column: other, scope: otherScope, entityName: alias }, written: `${alias}.${other.name}` }
  }
  const alike = [...scope.table.byName.values()]
    .filter((one) => one.readable && one.name !== column.name && isComparable(kindOf(one), kindOf(column)))
    .slice(0, 5)
  throw new QueryError(
    'invalid_comparison',
    `${column.name} is ${WHAT[kindOf(column)]} and ${other.name} is ${WHAT[kindOf(other)]}: they cannot be compared.`,
    alike.length > 0
      ? `Compare it with a column of its kind: ${alike.map((one) => say({ otherColumn: one.name })).join('; ')}.`
      : `No other column of ${scope.table.entity.name} is of its kind: compare it with a value.`,
  )
}

function isComparable(one: ColumnKind, other: ColumnKind): boolean {
  if (one === 'choices' || one === 'parties') return false
  return one === other || (REFERENCES.has(one) && REFERENCES.has(other))
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
