import type { Column, Entity, Table } from '../../metadata/model.ts'
import { kindOf } from '../../query/model/column-kind.ts'
import type { Clock } from '../../query/resolve/values/clock.ts'
import { partsOf } from '../../query/resolve/values/choice.ts'
import { findOption } from '../../query/resolve/values/find-option.ts'
import { readYesNo } from '../../query/resolve/values/choice.ts'
import { isoOf } from '../../query/resolve/values/date-range.ts'
import { readDay } from '../../query/resolve/values/dates/day.ts'
import { readGuid } from '../../records/record-key.ts'
import type { WritableColumn } from '../writable/writable.ts'
import { startOfDate } from './dates.ts'
import type { CanonicalValue } from './read-value.ts'
import { wayTo } from './targets.ts'

/** What of the body sets a column. */
export type Member = readonly [property: string, value: string | number | boolean | null]

export type WireContext = {
  readonly table: Table
  readonly rules: WritableColumn | undefined
  readonly clock: Clock
  readonly entities: ReadonlyMap<string, Entity>
}

/**
 * The member of a body that a canonical value stands for; `undefined` where metadata no longer knows it: a choice that
 * was renamed, a navigation property that is gone.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/create-entity-web-api
 */
export function memberOf(column: Column, value: CanonicalValue, context: WireContext): Member | undefined {
  if (kindOf(column) === 'lookup') return bindOf(column, value, context)
  const wire = wireValueOf(column, value, context)
  return wire === undefined ? undefined : [column.name, wire]
}

/** As Dataverse takes it, and, but for times, as it gives it. */
export function wireValueOf(
  column: Column,
  { to, id }: CanonicalValue,
  { rules, clock }: Pick<WireContext, 'rules' | 'clock'>,
): Member[1] | undefined {
  if (to === null) return null
  switch (kindOf(column)) {
    case 'text':
      // Its hash is of the composed form, so that another one would be written unseen.
      return typeof to === 'string' ? to.normalize('NFC') : undefined
    case 'number':
      return typeof to === 'number' ? to : undefined
    case 'date':
      return typeof to === 'string' ? dateOf(column, to, { rules, clock }) : undefined
    case 'choice':
      return findOption(column, String(to))?.value
    case 'choices':
      return choicesOf(column, String(to))
    case 'yes-no':
      return yesOf(column, to)
    case 'lookup':
      return readGuid(id ?? '')
    default:
      return undefined
  }
}

function dateOf(column: Column, to: string, { rules, clock }: Pick<WireContext, 'rules' | 'clock'>) {
  const read = readDay(to)
  if (!read) return undefined
  if (column.dateOnly) return read.day
  if (read.clock === undefined) return rules?.format === 'DateOnly' ? startOfDate(read.day, clock) : undefined
  if (column.zoneless === true) return read.zone === undefined ? to : undefined
  return read.zone === undefined ? undefined : isoOf(Date.parse(to))
}

/** Numbers with commas between them, in their order. */
function choicesOf(column: Column, to: string): string | undefined {
  const found = partsOf(column, to).map((part) => findOption(column, part)?.value)
  const values = found.filter((value) => value !== undefined)
  return values.length === found.length ? [...new Set(values)].sort((a, b) => a - b).join(',') : undefined
}

function yesOf(column: Column, to: CanonicalValue['to']): boolean | undefined {
  if (typeof to === 'boolean') return to
  const read = readYesNo(String(to), column)
  return read === undefined ? undefined : read === '1'
}

/** A lookup is emptied by the navigation property itself, of its row's table: `_x_value` is read-only. */
function bindOf(
  column: Column,
  { to, id, entity }: CanonicalValue,
  { table, entities }: WireContext,
): Member | undefined {
  const way = wayTo(table, column, entity)
  if (way === undefined) return undefined
  if (to === null) return [way, null]
  const [key, set] = [readGuid(id ?? ''), entities.get(entity ?? '')?.entitySet]
  return key === undefined || set === undefined ? undefined : [`${way}@odata.bind`, `/${set}(${key})`]
}
