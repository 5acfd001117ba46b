import { QueryError } from '../../errors.ts'
import { startOfDay } from '../../local-time.ts'
import type { Column, Table } from '../../metadata/model.ts'
import { operatorNamed } from '../../query/model/operators.ts'
import type { Meaning } from '../../query/model/meaning.ts'
import type { ValueContext } from '../../query/resolve/values/asked.ts'
import type { Clock } from '../../query/resolve/values/clock.ts'
import { dateMeaning } from '../../query/resolve/values/dates/date.ts'
import { addDays } from '../../query/resolve/values/dates/day.ts'

/** Epoch milliseconds, half open. */
export type TimeRange = { readonly since?: number; readonly until?: number }
export type WrittenRange = { readonly since?: string | undefined; readonly until?: string | undefined }

type Context = Pick<ValueContext, 'note' | 'clock'>

/**
 * Days, times and words for them, as filters read them.
 * @throws QueryError `invalid_value` for what is none
 */
export async function readRange(written: WrittenRange, table: Table, context: Context): Promise<TimeRange> {
  const [since, until] = [
    await instantOf('since', written.since, table, context),
    await instantOf('until', written.until, table, context),
  ]
  if (since !== undefined && until !== undefined && since >= until) throw backwards(written)
  return { ...(since !== undefined && { since }), ...(until !== undefined && { until }) }
}

/** Nothing is in such a time: an empty answer would say that nothing happened. */
function backwards({ since, until }: WrittenRange): QueryError {
  const said = `since (${shown(since)}) is later than until (${shown(until)}).`
  const step = `Give the earlier one as since: ${JSON.stringify({ since: until, until: since })}.`
  return new QueryError('invalid_value', said, step)
}

function shown(written = ''): string {
  return JSON.stringify(written.slice(0, 60))
}

const OPERATORS = { since: 'ge', until: 'le' } as const

async function instantOf(
  name: keyof typeof OPERATORS,
  value: string | undefined,
  table: Table,
  { note, clock }: Context,
): Promise<number | undefined> {
  if (value === undefined) return undefined
  const meaning = await dateMeaning(
    {
      table,
      column: columnOf(name),
      operator: operatorNamed(OPERATORS[name]),
      isNegated: false,
      values: [value],
      written: `${name} ${value}`,
      say: ({ values = [value] } = {}) => JSON.stringify({ [name]: values[0] }),
    },
    { note, clock, notation: 'odata' },
  )
  return boundOf(meaning, await clock())
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
