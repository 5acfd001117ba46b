import type { Audit } from './events.ts'
import { formatEvent, levelOf, type AuditFormat, type AuditLevel } from './format-event.ts'

export type AuditOptions = {
  /** Writes one finished line, e.g. to the invocation's own log. */
  readonly write: (level: AuditLevel, line: string) => void
  readonly format: AuditFormat
  /** The invocation id; an event's own correlation id comes before it. */
  readonly correlationId: string
}

/** The audit of one invocation: writes each event at once as one line, before the answer is sent. */
export const createAudit =
  ({ write, format, correlationId }: AuditOptions): Audit =>
  (event) =>
    write(levelOf(event.name), formatEvent({ correlationId, ...event }, format))
