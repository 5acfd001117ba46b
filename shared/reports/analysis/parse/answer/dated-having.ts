import { calendarNamed, isDateWord } from '../../../../dataverse/query/resolve/values/dates/date-words.ts'
import { otherOrders, readDay } from '../../../../dataverse/query/resolve/values/dates/day.ts'
import type { Comparison, Expression } from '../../model.ts'
import { printPath } from '../measure/value.ts'

/** A figure that is the first or the last value of a column; of dates it is a date. */
export type Edge = { readonly side: 'min' | 'max'; readonly column: string; readonly where: string | undefined }

export function edgeOf(expression: Expression | undefined): Edge | undefined {
  if (expression?.kind !== 'aggregation') return undefined
  const { name, of, where } = expression.aggregation
  if ((name !== 'min' && name !== 'max') || of?.kind !== 'column') return undefined
  return { side: name, column: printPath(of.column), where }
}

/** Which rows decide what the first or last date is. */
const BEYOND: Readonly<Record<Edge['side'], Partial<Record<Comparison, Comparison>>>> = {
  min: { lt: 'lt', le: 'le', ge: 'lt', gt: 'le', eq: 'lt' },
  max: { gt: 'gt', ge: 'ge', le: 'gt', lt: 'ge', eq: 'gt' },
}

/**
 * A step with the meaning of `figure by date`, in numbers: the rows before or after the date are counted. None for what
 * names no date; several for one that may be several days.
 */
export function countedInstead(edge: Edge, figure: string, by: Comparison, date: string): string | undefined {
  if (edge.column.includes("'")) return undefined
  const steps = datesIn(date).map((one) => counting(edge, figure, by, one))
  return steps.includes(undefined) || steps.length === 0 ? undefined : steps.join(' Or: ')
}

function counting({ side, column, where }: Edge, figure: string, by: Comparison, date: string): string | undefined {
  const beyond = BEYOND[side][by]
  if (beyond === undefined) return undefined
  const limit = /^[\w:.+-]+$/.test(date) ? date : `'${date.replaceAll("'", "''")}'`
  const counted = (operator: string): string =>
    `count(where ${where === undefined ? '' : `(${where}) and `}${column} ${operator} ${limit})`
  const name = side === 'min' ? 'earlier' : 'later'
  const measure = `${counted(beyond)} as ${name}`
  if (by === 'eq')
    return `Add the measures ${measure}, ${counted('eq')} as within, and write: within ge 1 and ${name} eq 0.`
  return by === beyond
    ? `Add the measure ${measure}, and write: ${name} ge 1.`
    : `Add the measure ${measure}, and write: ${name} eq 0 and ${figure} ne null.`
}

/** The text, where it is a date as filters read them; those that it may mean, where it is one in another order. */
function datesIn(text: string): readonly string[] {
  const isDate = readDay(text) !== undefined || isDateWord(text) || calendarNamed(text) !== undefined
  return isDate ? [text] : otherOrders(text)
}
