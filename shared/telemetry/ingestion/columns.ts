import type { EventFields, EventName } from '../events.ts'
import { FIELD_NAMES, isNumberField, type AllowedFields } from '../format-event.ts'

/** A column of the audit table, as its Bicep declares it. */
export type AuditColumn = { readonly name: string; readonly type: 'datetime' | 'string' | 'long' }

/** `userId` → `UserId`: no name of ours is one that the table keeps for itself. */
const columnOf = (field: keyof EventFields): string => field.charAt(0).toUpperCase() + field.slice(1)

/** Every column, in order: what an event has that is no column would be paid for and lost. */
export const AUDIT_COLUMNS: readonly AuditColumn[] = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'EventId', type: 'string' },
  { name: 'Event', type: 'string' },
  ...FIELD_NAMES.map((field) => ({ name: columnOf(field), type: isNumberField(field) ? 'long' : 'string' }) as const),
]

export type AuditRow = Readonly<Record<string, string | number>>

/**
 * An event as a row. `eventId` is the same however often the row is sent: a lost reply may bring it into the table
 * twice, and queries keep one of each.
 */
export const rowOf = (name: EventName, fields: AllowedFields, eventId: string, time: number): AuditRow => ({
  TimeGenerated: new Date(time).toISOString(),
  EventId: eventId,
  Event: name,
  ...Object.fromEntries(
    FIELD_NAMES.flatMap((field) => {
      const value = fields[field]
      return value === undefined ? [] : [[columnOf(field), isNumberField(field) ? Math.round(Number(value)) : value]]
    }),
  ),
})
