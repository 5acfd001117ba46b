import type { Column } from '../metadata/model.ts'
import { kindOf } from '../query/model/column-kind.ts'
import type { Note } from '../query/model/query.ts'
import { operatorNamed, type Operator } from '../query/model/operators.ts'

const DAY = /^\s*\d{4}-\d{1,2}-\d{1,2}\s*$/

/**
 * A day compared with a column of times is the day's first moment: `eq` would find nothing, and is read as `on`; that
 * `le` and `between` end with that moment is said.
 */
export function operatorForDay(operator: Operator, column: Column, values: readonly string[], note: Note): Operator {
  const last = values.at(-1)
  if (kindOf(column) !== 'date' || column.dateOnly || last === undefined || !DAY.test(last)) return operator
  if (operator.name === 'eq') {
    note(`${column.name} holds times: eq with a day was read as on.`)
    return operatorNamed('on')
  }
  if (operator.name === 'le' || operator.name === 'between')
    note(
      `${column.name} holds times: ${last.trim()} is that day's midnight; use on-or-before to include the whole day.`,
    )
  return operator
}
