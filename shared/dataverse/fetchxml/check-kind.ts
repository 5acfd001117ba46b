import { QueryError } from '../errors.ts'
import type { Column } from '../metadata/model.ts'
import { kindOf, type ColumnKind } from '../query/model/column-kind.ts'
import { operatorsFor, type Operator } from '../query/model/operators.ts'
import type { Resolving } from '../query/resolve/names/scope.ts'

/** @throws QueryError `invalid_operator` for an operator that does not work on the column, with those that do */
export function checkKind(operator: Operator, column: Column, { note }: Resolving): void {
  const kind = kindOf(column)
  // The reference says that these do not work there; shipped queries have them, so that Dataverse decides.
  if (operator.timed && column.dateOnly)
    note(`The column ${column.name} holds days without a time: Dataverse may refuse ${operator.name}.`)
  if (kind === 'other' || operator.kinds.includes(kind)) return
  throw refusedOperator(operator, column, `it is ${WHAT[kind]}`, `Use one of: ${adviceFor(kind)}.`)
}

/** A kind of column in a sentence. */
export const WHAT: Readonly<Record<ColumnKind, string>> = {
  text: 'a text',
  number: 'a number',
  date: 'a date',
  choice: 'a choice',
  choices: 'a choice of several values',
  lookup: 'a lookup',
  id: 'an id',
  other: 'of another type',
}

function adviceFor(kind: ColumnKind): string {
  return kind === 'date'
    ? 'on, on-or-after, on-or-before, gt, lt, between, today, this-month, last-x-days, next-x-days, olderthan-x-days, null'
    : operatorsFor(kind).join(', ')
}

function refusedOperator(operator: Operator, column: Column, why: string, nextStep: string): QueryError {
  return new QueryError(
    'invalid_operator',
    `The operator ${operator.name} does not work on ${column.name}: ${why}.`,
    nextStep,
  )
}
