import { isLookup } from '../query/resolve/names/find-column.ts'
import type { Column } from '../metadata/model.ts'
import { nameOf, type Target } from './context.ts'
import { compare, type ComparisonOperator, type Filter } from '../query/from-odata/filter.ts'
import { invalidValue } from './invalid-filter.ts'

/** Compares two columns, which must hold values of the same kind. */
export function compareColumns(left: Target, operator: ComparisonOperator, right: Target): Filter {
  const [one, other] = [familyOf(left.column), familyOf(right.column)]
  if (one === other && one !== 'choices') return compare(left.path, operator, right.path)
  throw invalidValue(
    `${nameOf(left)} (${left.column.type}) and ${nameOf(right)} (${right.column.type}) cannot be compared.`,
    `Compare columns of the same kind; text belongs in quotes: ${nameOf(left)} eq 'text'.`,
  )
}

function familyOf(column: Column): string {
  if (isLookup(column) || column.type === 'Uniqueidentifier') return 'id'
  if (column.type === 'DateTime') return column.dateOnly ? 'day' : 'instant'
  if (column.type === 'Boolean') return 'boolean'
  if (column.type === 'MultiSelectPicklist') return 'choices'
  if (['Picklist', 'State', 'Status'].includes(column.type)) return 'number'
  return ['Integer', 'BigInt', 'Decimal', 'Double', 'Money'].includes(column.type) ? 'number' : 'text'
}
