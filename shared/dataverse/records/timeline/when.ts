import type { Row } from '../../rows/rows.ts'

/**
 * When something happened: the first of these columns that is filled. An activity ends when it is done, a mail is sent,
 * what was never either has at least begun, or been written down; a note has none but the last.
 */
export const HAPPENED = ['actualend', 'senton', 'actualstart', 'createdon'] as const
/** When something is due that is not done yet; a meeting is kept for its start, all else is due at its end. */
const DUE = ['scheduledend', 'scheduledstart'] as const
const MEETINGS: ReadonlySet<string> = new Set(['appointment', 'serviceappointment', 'recurringappointmentmaster'])
export const DATES: readonly string[] = [...HAPPENED, ...DUE]

/** Of `statecode`, in all tables of activities: open, done, cancelled, scheduled. */
export const OPEN_STATES = ['0', '3'] as const
const CANCELLED = 2

/** Something that is in a timeline, and when; the rest is read of those alone that an answer tells. */
export type Head = {
  /** Logical name of the table that the row opens in. */
  readonly table: string
  readonly id: string
  /** Epoch milliseconds: when it happened, or is due; absent where no date says so. */
  readonly at?: number
  readonly state: 'done' | 'cancelled' | 'open'
}

/** @param table the kind of the activity, or that of notes */
export function headOf(row: Row, id: string, table: string): Head {
  const state = stateOf(row['statecode'])
  const due = MEETINGS.has(table) ? DUE.toReversed() : DUE
  const at = firstOf(row, state === 'open' ? due : HAPPENED)
  return { table, id, state, ...(at !== undefined && { at }) }
}

/** A note has no state: it is there. */
function stateOf(code: unknown): Head['state'] {
  if (code === CANCELLED) return 'cancelled'
  return OPEN_STATES.some((open) => Number(open) === code) ? 'open' : 'done'
}

function firstOf(row: Row, columns: readonly string[]): number | undefined {
  const instants = columns.map((column) => Date.parse(String(row[column])))
  return instants.find((instant) => !Number.isNaN(instant))
}

/** Newest first; of one moment by table and id, so that no two have one place. */
export function byTime(one: Place, other: Place): number {
  return other.at - one.at || compared(other.key, one.key)
}

/** Where an item stands in a timeline. */
export type Place = { readonly at: number; readonly key: string }

export function compared(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
