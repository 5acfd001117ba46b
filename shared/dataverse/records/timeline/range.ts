import { QueryError } from '../../errors.ts'
import { startOfDay } from '../../local-time.ts'
import type { Column, Table } from '../../metadata/model.ts'
import { operatorNamed } from '../../query/model/operators.ts'
import type { Meaning } from '../../query/model/meaning.ts'
import type { ValueContext } from '../../query/resolve/values/asked.ts'
import type { Clock } from '../../query/resolve/values/clock.ts'
import { rangeOf } from '../../query/resolve/values/date-range.ts'
import { dateMeaning } from '../../query/resolve/values/dates/date.ts'
import { addDays } from '../../query/resolve/values/dates/day.ts'
import { conditionsOf, otherPeriod, type Period } from '../../query/resolve/values/dates/other-periods.ts'
import { quoted } from '../../query/say/refusals.ts'

/** Epoch milliseconds, half open. */
export type TimeRange = { readonly since?: number; readonly until?: number }
export type WrittenRange = { readonly since?: string | undefined; readonly until?: string | undefined }

type Context = Pick<ValueContext, 'note' | 'clock'> & {
  /** Prints the call that asks for the same in another time. */
  readonly callOf: (range: WrittenRange) => string
}

/**
 * Days, times and words for them, as filters read them.
 * @throws QueryError `invalid_value` for what is none
 */
export async function readRange(written: WrittenRange, table: Table, context: Context): Promise<TimeRange> {
  const [since, until] = [
    await instantOf('since', written, table, context),
    await instantOf('until', written, table, context),
  ]
  if (since !== undefined && until !== undefined && since >= until) throw backwards(written, context)
  return { ...(since !== undefined && { since }), ...(until !== undefined && { until }) }
}

/** Nothing is in such a time: an empty answer would say that nothing happened. */
function backwards({ since, until }: WrittenRange, { callOf }: Context): QueryError {
  const said = `since (${shown(since)}) is later than until (${shown(until)}).`
  const step = `Give the earlier one as since: ${callOf({ since: until, until: since })}.`
  return new QueryError('invalid_value', said, step)
}

function shown(written = ''): string {
  return JSON.stringify(written.slice(0, 60))
}

const OPERATORS = { since: 'ge', until: 'le' } as const

async function instantOf(
  name: keyof typeof OPERATORS,
  written: WrittenRange,
  table: Table,
  { note, clock, callOf }: Context,
): Promise<number | undefined> {
  const value = written[name]
  if (value === undefined) return undefined
  const period = otherPeriod(value.trim())
  if (period) throw noWord(name, period, written, { clock: await clock(), callOf })
  const meaning = await dateMeaning(
    {
      table,
      column: columnOf(name),
      operator: operatorNamed(OPERATORS[name]),
      isNegated: false,
      values: [value],
      written: `${name} ${value}`,
      say: ({ values = [value] } = {}) => callOf({ ...written, [name]: values[0] }),
    },
    { note, clock, notation: 'odata' },
  )
  return boundOf(meaning, await clock())
}

/** A period that is no word here has two bounds: since it is also until its end, where nothing else is asked. */
function noWord(
  name: keyof typeof OPERATORS,
  period: Period,
  { since, until, [name]: value = '' }: WrittenRange,
  { clock, callOf }: { readonly clock: Clock; readonly callOf: Context['callOf'] },
): QueryError {
  const bounds = boundsOf(period, clock)
  const [from, to] = bounds ?? ['2026-01-01', '2026-12-31']
  const call = callOf(name === 'since' ? { since: from, until: until ?? to } : { since, until: to })
  const step = bounds ? `Write: ${call}.` : `Write the first and the last day of it, in the form of ${call}.`
  return new QueryError('invalid_value', `${quoted(value)} is no date word here.`, step)
}

/** Undefined for a fiscal period whose days Dynamics alone knows. */
function boundsOf(period: Period, clock: Clock): readonly [string, string] | undefined {
  if ('from' in period) return [period.from, period.to]
  const [start, end] = conditionsOf(period).flatMap(({ operator, values }) => {
    const range = rangeOf(operator, values, clock)
    return [range?.start, range?.end]
  })
  return start && end && 'day' in start && 'day' in end ? [start.day, addDays(end.day, -1)] : undefined
}

function columnOf(name: string): Column {
  const plain = { readable: true, required: false, searchable: false, dateOnly: false }
  return { ...plain, name, property: name, type: 'DateTime' }
}

/** What comes of `ge` and `le`: a bound is the first moment that is in, or the first that is out. */
function boundOf(meaning: Meaning, { zone }: Clock): number {
  const { operator, values } = meaning.kind === 'test' ? meaning : { operator: '', values: [] }
  const [value = ''] = values
  if (operator === 'on-or-after') return startOfDay(value, zone)
  if (operator === 'on-or-before') return startOfDay(addDays(value, 1), zone)
  const instant = Date.parse(value)
  if (operator === 'ge' || operator === 'lt') return instant
  if (operator === 'le') return instant + 1
  throw new TypeError(`a bound by ${operator}`)
}
