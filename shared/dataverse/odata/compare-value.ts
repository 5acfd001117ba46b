import { isLookup } from '../query/resolve/names/find-column.ts'
import { nameOf, type Context, type Target } from './context.ts'
import { text, type ComparisonOperator, type Filter, type Literal, type Match } from '../query/from-odata/filter.ts'
import { findEntity } from '../query/resolve/joins/find-navigation.ts'
import { invalidValue, shown } from './invalid-filter.ts'
import { compareBoolean, compareNumber, compareText } from '../query/resolve/values/number-and-yes-no.ts'
import { compareChoice, matchChoice } from '../query/resolve/values/choice.ts'
import { compareDate } from '../query/resolve/values/date.ts'
import { compareReference, isRowId, matchName } from '../query/resolve/values/reference.ts'

/** Types of column that hold one choice. */
export const CHOICES = new Set(['Picklist', 'State', 'Status'])
export const NUMBERS = new Set(['Integer', 'BigInt', 'Decimal', 'Double', 'Money'])

/** Compares a column with a value, as the column's type has it. */
export async function compareLiteral(
  target: Target,
  operator: ComparisonOperator,
  literal: Literal,
  context: Context,
): Promise<Filter> {
  switch (target.column.type) {
    case 'Picklist':
    case 'State':
    case 'Status':
    case 'MultiSelectPicklist':
      return compareChoice(target, operator, literal, context)
    case 'Boolean':
      return compareBoolean(target, operator, literal, context)
    case 'DateTime':
      return compareDate(target, operator, literal, context)
    case 'EntityName':
      return compareText(target, operator, await entityName(literal, context), context)
    default:
      if (NUMBERS.has(target.column.type)) return compareNumber(target, operator, literal, context)
      if (isLookup(target.column) || target.column.type === 'Uniqueidentifier') {
        return await compareReference(target, operator, literal, context)
      }
      return compareText(target, operator, literal, context)
  }
}

/** Columns such as `activitytypecode` hold a logical name; people write the label. */
async function entityName(literal: Literal, context: Context): Promise<Literal> {
  if (literal.kind !== 'text') return literal
  const entity = await findEntity(context.metadata, literal.value)
  if (!entity || entity.name === literal.value) return literal
  context.note(`'${shown(literal.value)}' was read as '${entity.name}'.`)
  return text(entity.name)
}

/** A text function on a column: of a choice its labels, of a lookup the names. */
export async function matchTarget(match: Match, target: Target, context: Context): Promise<Filter> {
  const { type } = target.column
  const name = nameOf(target)
  if (['String', 'Memo', 'EntityName'].includes(type)) return { ...match, left: target.path }
  if (CHOICES.has(type) || type === 'MultiSelectPicklist') return matchChoice(target, match, context)
  if (isLookup(target.column) || isRowId(target)) return await matchName(target, match, false, context)
  const instead =
    type === 'DateTime'
      ? `${name} ge 2026-01-01 and ${name} lt 2026-02-01`
      : type === 'Boolean'
        ? `${name} eq true`
        : `${name} eq ${/^\d+$/.test(match.text) ? match.text : '100'}`
  throw invalidValue(`${match.name} is for text, and ${name} is a column of type ${type}.`, `Compare it: ${instead}.`)
}
