import { QueryError } from '../errors.ts'
import { findOption, unknownOption } from '../query/resolve/values/find-option.ts'
import type { Column, Table } from '../metadata/model.ts'
import { kindOf } from '../query/model/column-kind.ts'
import type { Note } from '../query/model/query.ts'
import { quoted } from './invalid-fetch.ts'

const GUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i
const PLAIN_NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)$/
const GROUPED_NUMBER = /^[-+]?[£$€]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/
const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/i
const OTHER_DATE = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/
const WORDS_FOR_TRUE = ['true', 'yes', '1']
const WORDS_FOR_FALSE = ['false', 'no', '0']

/** A bare id, without the braces or quotes that models put around one; `undefined` for anything else. */
export function bareGuid(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^(?:guid)?(["'{(])(.*)["'})]$/i, '$2')
    .trim()
  return GUID.test(bare) ? bare.toLowerCase() : undefined
}

/**
 * A condition's value as Dataverse takes it for that column.
 * @throws QueryError `unknown_option` or `invalid_value`
 */
export function resolveValue(table: Table, column: Column, text: string, note: Note): string {
  switch (kindOf(column)) {
    case 'choice':
    case 'choices':
      return choiceValue(table, column, text, note)
    case 'number':
      return numberValue(column, text, note)
    case 'date':
      return dateValue(column, text, note)
    case 'lookup':
    case 'id':
      return idValue(table, column, text)
    default:
      return text
  }
}

function choiceValue(table: Table, column: Column, text: string, note: Note): string {
  const value = text.trim()
  if (column.type === 'Boolean') {
    const lower = value.toLowerCase()
    if (WORDS_FOR_TRUE.includes(lower)) return '1'
    if (WORDS_FOR_FALSE.includes(lower)) return '0'
  }
  if (/^-?\d{1,10}$/.test(value)) {
    if (column.options?.length && !column.options.some((option) => option.value === Number(value)))
      throw unknownOption(table, column, value)
    return value
  }
  const option = findOption(column, value)
  if (!option) throw unknownOption(table, column, text)
  note(`The choice "${option.label}" of ${column.name} was sent as ${option.value}.`)
  return String(option.value)
}

function numberValue(column: Column, text: string, note: Note): string {
  const value = text.trim()
  if (PLAIN_NUMBER.test(value)) return value.replace(/^\+/, '')
  const bare = value.replaceAll(/[,£$€\s_]/g, '')
  if (GROUPED_NUMBER.test(value) || (/^[-+]?[£$€]\s?/.test(value) && !value.includes(',') && PLAIN_NUMBER.test(bare))) {
    note(`The number ${quoted(value)} was sent as ${bare}.`)
    return bare
  }
  throw invalidValue(
    column,
    text,
    'a number',
    'Write digits with a decimal point and nothing else, e.g. 250000 or 12.5.',
  )
}

function dateValue(column: Column, text: string, note: Note): string {
  const value = text.trim()
  const [, year, month = '', day = '', time, zone] = DATE.exec(value) ?? []
  if (year === undefined) throw invalidValue(column, text, 'a date', dateAdvice(value))
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  if (!isDay(date) || (time !== undefined && Number.isNaN(Date.parse(`2000-01-01T${time}Z`))))
    throw invalidValue(column, text, 'a date', 'There is no such day or time: write one that exists, as YYYY-MM-DD.')
  if (time === undefined) return date
  if (column.dateOnly) {
    note(`The column ${column.name} holds days without a time: ${quoted(value)} was sent as ${date}.`)
    return date
  }
  return `${date}T${time}${zone?.toUpperCase().replace(/(\d{2})(\d{2})$/, '$1:$2') ?? ''}`
}

function isDay(date: string): boolean {
  const parsed = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(parsed) && new Date(parsed).toISOString().startsWith(date)
}

function dateAdvice(value: string): string {
  const [, first = '', second = '', year] = OTHER_DATE.exec(value) ?? []
  const iso = (month: string, day: string): string => `${year ?? ''}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const readings = [iso(second, first), iso(first, second)].filter(isDay)
  const relative = 'or use an operator such as today, this-month, last-x-days'
  const [only, other] = [...new Set(readings)]
  if (year === undefined || only === undefined) return `Write it as YYYY-MM-DD, e.g. 2026-01-31, ${relative}.`
  return `Write it as YYYY-MM-DD: ${only}${other ? ` (or ${other}, if the month comes first)` : ''}, ${relative}.`
}

function idValue(table: Table, column: Column, text: string): string {
  const id = bareGuid(text)
  if (id !== undefined) return id
  const { nameColumn } = table.entity
  const ownId = column.name === table.entity.idColumn && nameColumn !== undefined
  const advice = ownId
    ? `Compare ${nameColumn} with the text instead, or write an id such as 00000000-0000-0000-0000-000000000000.`
    : 'Write an id such as 00000000-0000-0000-0000-000000000000; to search by name, use operator="like" with % on a lookup.'
  throw invalidValue(column, text, 'an id', advice)
}

export function invalidValue(column: Column, text: string, what: string, nextStep: string): QueryError {
  return new QueryError('invalid_value', `${quoted(text)} is not ${what}, which ${column.name} needs.`, nextStep)
}
