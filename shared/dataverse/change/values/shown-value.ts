import { KEPT } from '../../hiding/mask-value.ts'
import { dayIn, isoInZone } from '../../local-time.ts'
import type { Column } from '../../metadata/model.ts'
import { kindOf } from '../../query/model/column-kind.ts'
import type { Clock } from '../../query/resolve/values/clock.ts'
import { lookupTarget, type Row } from '../../rows/rows.ts'
import type { Scalar } from '../model.ts'
import type { WritableColumn } from '../writable/writable.ts'
import { yesName } from './choice.ts'
import type { CanonicalValue } from './read-value.ts'
import { wireValueOf } from './wire-value.ts'

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const LONGEST = 200

/** How values of one column are read. */
export type Reading = { readonly rules: WritableColumn | undefined; readonly clock: Clock }

/** What a row has in a column, in the words in which it would be written; `undefined` where it did not come. */
export function shownIn(row: Row, column: Column, reading: Reading): Scalar | undefined {
  const value = row[column.property]
  if (value === undefined || value === null) return Object.hasOwn(row, column.property) ? null : undefined
  const label = row[column.property + FORMATTED]
  switch (kindOf(column)) {
    case 'date':
      return typeof value === 'string' ? timeShown(value, column, reading) : undefined
    case 'choice':
      return column.options?.find((option) => option.value === value)?.label ?? scalarOf(label ?? value)
    case 'choices':
      return typeof value === 'string' ? choicesShown(value, column) : undefined
    case 'yes-no':
      return typeof value === 'boolean' ? yesName(value, column) : undefined
    case 'lookup':
      return scalarOf(label ?? (value === KEPT ? KEPT : value))
    default:
      return typeof value === 'string' ? cutText(value) : scalarOf(value)
  }
}

/** The same with the row that a lookup leads to, as it would be written again; of long texts only what is shown. */
export function shownValue(row: Row, column: Column, reading: Reading): CanonicalValue | undefined {
  const to = shownIn(row, column, reading)
  const [id, entity] = [row[column.property], lookupTarget(row, column.name)]
  if (to === undefined) return undefined
  if (to === null || kindOf(column) !== 'lookup' || typeof id !== 'string' || id === KEPT) return { to }
  return { to, id: id.toLowerCase(), ...(typeof entity === 'string' && { entity }) }
}

/** A long text is told by its beginning; the tag of the row guards the rest. */
export function cutText(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST).toWellFormed()}… (${text.length} characters)`
}

function scalarOf(value: unknown): Scalar | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

function timeShown(value: string, { dateOnly, zoneless }: Column, { rules, clock }: Reading): string {
  const instant = Date.parse(value)
  if (dateOnly || Number.isNaN(instant)) return value.slice(0, 10)
  if (zoneless === true) return value.slice(0, 19)
  return rules?.format === 'DateOnly' ? dayIn(instant, clock.zone) : isoInZone(instant, clock.zone)
}

function choicesShown(value: string, { options = [] }: Column): string {
  const labels = value
    .split(',')
    .map((one) => options.find((option) => String(option.value) === one.trim())?.label ?? one)
  return labels.join('; ')
}

/** Whether a row has the value already; `undefined` where the column did not come. */
export function hasValue(row: Row, column: Column, value: CanonicalValue, reading: Reading): boolean | undefined {
  if (!Object.hasOwn(row, column.property)) return undefined
  const [is, wanted] = [scalarOf(row[column.property]) ?? null, wireValueOf(column, value, reading)]
  if (wanted === undefined || is === null || wanted === null) return is === wanted
  switch (kindOf(column)) {
    case 'date':
      return sameTime(String(is), String(wanted), column)
    case 'choices':
      return setOf(String(is)) === setOf(String(wanted))
    case 'lookup':
      return String(is).toLowerCase() === wanted && [undefined, lookupTarget(row, column.name)].includes(value.entity)
    default:
      return is === wanted
  }
}

function sameTime(is: string, wanted: string, { dateOnly, zoneless }: Column): boolean {
  if (dateOnly) return is.slice(0, 10) === wanted
  return zoneless === true ? is.slice(0, 19) === wanted.slice(0, 19) : Date.parse(is) === Date.parse(wanted)
}

function setOf(values: string): string {
  return values
    .split(',')
    .map((value) => value.trim())
    .sort()
    .join(',')
}
