import type { ComparisonOperator, Filter, QueryFunction } from '../from-odata/filter.ts'
import { compare, join, text } from '../from-odata/filter.ts'
import { addDays, isDay } from './values/day.ts'
import { invalidFilter } from '../../odata/invalid-filter.ts'
import { oppositeOf } from '../../odata/query-functions.ts'

const OPPOSITE: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  eq: 'ne',
  ne: 'eq',
  gt: 'le',
  le: 'gt',
  ge: 'lt',
  lt: 'ge',
}

/**
 * Moves every `not` down to where Dataverse takes it, before a text function or a collection: it refuses one before
 * its query functions, and what a condition is written as is only known later.
 * @throws QueryError `invalid_filter` for a function that has no opposite
 */
export function pushNot(filter: Filter): Filter {
  switch (filter.kind) {
    case 'not':
      return negate(filter.operand)
    case 'and':
    case 'or':
      return join(filter.kind, filter.operands.map(pushNot))
    case 'lambda':
      return filter.body ? { ...filter, body: { ...filter.body, filter: pushNot(filter.body.filter) } } : filter
    default:
      return filter
  }
}

function negate(filter: Filter): Filter {
  switch (filter.kind) {
    case 'not':
      return pushNot(filter.operand)
    case 'and':
    case 'or':
      return join(filter.kind === 'and' ? 'or' : 'and', filter.operands.map(negate))
    case 'comparison':
      return { ...filter, operator: OPPOSITE[filter.operator] }
    case 'flag':
      return compare(filter.path, 'ne', { kind: 'boolean', value: true })
    case 'in':
      return { ...filter, negated: !filter.negated }
    case 'function':
      return negateFunction(filter)
    case 'lambda':
      return { kind: 'not', operand: pushNot(filter) }
    case 'match':
      return { kind: 'not', operand: filter }
  }
}

function negateFunction(filter: QueryFunction): Filter {
  const { name, values } = filter
  const opposite = oppositeOf(name)
  if (opposite) return { ...filter, name: opposite }
  const column = filter.left.segments.join('/')
  const [first] = values
  const day = first?.kind === 'text' || first?.kind === 'day' ? first.value : ''
  if (isDay(day)) {
    const before: Filter = { ...filter, name: 'OnOrBefore', values: [text(addDays(day, -1))] }
    const after: Filter = { ...filter, name: 'OnOrAfter', values: [text(addDays(day, 1))] }
    if (name === 'OnOrAfter') return before
    if (name === 'OnOrBefore') return after
    if (name === 'On') return { kind: 'or', operands: [before, after] }
  }
  throw invalidFilter(
    `puts not before ${name}, which Dataverse does not allow`,
    `Write what is meant as a comparison, e.g. ${column} lt 2026-01-01 or ${column} ge 2026-02-01.`,
  )
}
