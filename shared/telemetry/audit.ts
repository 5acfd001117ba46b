import type { Audit, AuditEvent } from './events.ts'
import { allowedFields, formatLine, levelOf, type AuditFormat, type AuditLevel } from './format-event.ts'

/** Writes one finished line, e.g. to the invocation's own log. */
export type WriteLine = (level: AuditLevel, line: string) => void

export type AuditOptions = {
  readonly write: WriteLine
  readonly format: AuditFormat
  /** The invocation id; an event's own correlation id comes before it. */
  readonly correlationId: string
  /** Whether sign-in names are written; without, they are left out whoever tells them. */
  readonly upn?: boolean
}

/** The audit of an invocation that has no trail yet: writes each event at once as one line. */
export const createAudit =
  ({ write, format, correlationId, upn = false }: AuditOptions): Audit =>
  (event) => {
    const told = { correlationId, ...(upn ? event : withoutUpn(event)) }
    write(levelOf(event.name), formatLine(event.name, allowedFields(told), format))
  }

export const withoutUpn = ({ upn: _upn, ...event }: AuditEvent): AuditEvent => event
