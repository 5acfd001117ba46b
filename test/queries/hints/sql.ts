import { entityNamed, isDateOnly, isLookup, isNumeric } from '../../sandbox/dataverse/schema/schema.ts'
import { complement } from '../agreement/meaning.ts'
import type { Place } from '../agreement/place.ts'
import type { World } from '../agreement/world.ts'

const COMPARES = /^(?:\w+\/)?(\w+) (eq|ne|gt|ge|lt|le) (null|-?\d+(?:\.\d+)?|\d{4}-\d\d-\d\d|[\da-f-]{36})$/
const SIGNS: Readonly<Record<string, string>> = { eq: '=', ne: '=', gt: '>', ge: '>=', lt: '<', le: '<=' }

/** A plain condition in SQL: a number, a day in a column of days, an id, or none. Undefined for all else. */
export function sqlOf(condition: string, where: Place, { filled }: World): string | undefined {
  const [, column = '', operator = '', value = ''] = COMPARES.exec(condition) ?? []
  const found = entityNamed(where.of).columns.get(column)
  if (!found || !filled.get(where.of)?.has(column)) return undefined
  const isNumber = /^-?[\d.]+$/.test(value)
  const isPlain = isNumber
    ? isNumeric(found)
    : value.length === 10
      ? isDateOnly(found)
      : value === 'null' || isLookup(found)
  if (!isPlain) return undefined
  const text = isNumber ? value : `'${value}'`
  const holds = (cell: string): string => (value === 'null' ? `${cell} is null` : `${cell} ${SIGNS[operator]} ${text}`)
  return where.sql((cell) => (operator === 'ne' ? complement(holds(cell)) : holds(cell)), column)
}
