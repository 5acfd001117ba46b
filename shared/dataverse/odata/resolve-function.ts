import { nameOf, type Context, type Target } from './context.ts'
import type { Filter, Literal, QueryFunction } from '../query/from-odata/filter.ts'
import { text } from '../query/from-odata/filter.ts'
import { queryFunction } from './function-filter.ts'
import { invalidFilter, invalidValue, shown } from './invalid-filter.ts'
import { numberOf } from '../query/resolve/values/number-and-yes-no.ts'
import { withEmptyRows } from '../query/resolve/empty-rows.ts'
import { choiceOf } from '../query/resolve/values/choice.ts'
import { findFunction, NEGATIVE_FUNCTIONS, type FunctionRule } from './query-functions.ts'
import { isLookup } from '../query/resolve/names/find-column.ts'
import { instantOf, isDay } from '../query/resolve/values/day.ts'

const NUMBERS = new Set(['Integer', 'BigInt', 'Decimal', 'Double', 'Money'])
const CHOICES = new Set(['Picklist', 'State', 'Status', 'MultiSelectPicklist'])
const LARGEST = 100_000

/** Checks one of Dataverse's own functions against the column that it names. */
export function resolveFunction({ name, values }: QueryFunction, target: Target, context: Context): Filter {
  const rule = findFunction(name)
  if (!rule) throw invalidFilter(`uses ${shown(name)}, which Dataverse does not have`, 'Use eq, ne, gt, ge, lt or le.')
  checkSubject(rule, target)
  const condition = queryFunction(
    rule.name,
    target,
    values.map((value) => valueFor(rule, target, value, context)),
  )
  return NEGATIVE_FUNCTIONS.has(rule.name) ? withEmptyRows(condition, target, context) : condition
}

function checkSubject({ name, subject }: FunctionRule, target: Target): void {
  const { column, table } = target
  const isRow = isLookup(column) || column.name === table.entity.idColumn || column.type === 'Uniqueidentifier'
  const wrong = {
    row: isRow ? undefined : 'a lookup, such as ownerid',
    date: column.type === 'DateTime' ? undefined : 'a date, such as createdon',
    text: column.type === 'String' || column.type === 'Memo' ? undefined : 'a text',
    choices: column.type === 'MultiSelectPicklist' ? undefined : 'a column that holds several choices',
    any: undefined,
  }[subject]
  if (wrong === undefined) return
  throw invalidValue(
    `${name} does not fit ${nameOf(target)}, a column of type ${column.type}.`,
    `Use it with ${wrong}.`,
  )
}

function valueFor(rule: FunctionRule, target: Target, value: Literal, context: Context): Literal {
  if (rule.subject === 'date') return /^On/.test(rule.name) ? dayFor(target, value) : countFor(rule, value)
  const { type } = target.column
  if (CHOICES.has(type)) return choiceFor(target, value, context)
  const words = value.kind === 'null' ? '' : String(value.value)
  if (NUMBERS.has(type)) return /^-?\d+(?:\.\d+)?$/.test(words) ? text(words) : text(numberOf(target, value, context))
  if (type === 'DateTime') return dayFor(target, value)
  if (!isLookup(target.column) && type !== 'Uniqueidentifier') return text(words)
  const id = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/i.exec(words.trim())?.[1]
  if (id) return text(id.toLowerCase())
  throw invalidValue(
    `${rule.name} takes ids, and "${shown(words)}" is none.`,
    `Compare names with eq: ${nameOf(target)} eq '${shown(words)}'.`,
  )
}

function choiceFor(target: Target, value: Literal, context: Context): Literal {
  const choice = choiceOf(target, value)
  if (value.kind === 'text' && value.value !== choice) context.note(`'${shown(value.value)}' was read as ${choice}.`)
  return text(choice)
}

function dayFor(target: Target, value: Literal): Literal {
  const words = value.kind === 'null' ? '' : String(value.value).trim()
  if (isDay(words)) return text(words)
  const instant = instantOf(words)
  if (instant) return text(target.column.dateOnly ? instant.value.slice(0, 10) : instant.value)
  throw invalidValue(`"${shown(words)}" is no date that Dataverse reads.`, 'Write year-month-day: 2026-01-31.')
}

function countFor({ name }: FunctionRule, value: Literal): Literal {
  const count = value.kind === 'number' || value.kind === 'text' ? Number(value.value) : Number.NaN
  if (Number.isInteger(count) && count > 0 && count < LARGEST) return { kind: 'number', value: String(count) }
  throw invalidValue(`${name} takes a whole number greater than zero.`, `Write PropertyValue=30.`)
}
