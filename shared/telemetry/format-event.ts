import type { AuditEvent, EventFields, EventName } from './events.ts'

export type AuditLevel = 'info' | 'warn' | 'error'
export type AuditFormat = 'json' | 'text'

const NUMBER = 'number'
const CODE = 128
const SENTENCE = 300
/** Whole, since an administrator ends a client by it. */
const CLIENT_ID = 500
const LIST = 4_000
/** Several addresses. */
const ADDRESSES = 1_000

/** The allow-list at run time, in the order of the line: a text field with its longest length, or a number. */
const FIELDS = {
  step: CODE,
  tool: CODE,
  report: CODE,
  entity: CODE,
  outcome: CODE,
  code: CODE,
  status: NUMBER,
  rows: NUMBER,
  count: NUMBER,
  dataverseRequests: NUMBER,
  durationMs: NUMBER,
  userId: CODE,
  clientId: CLIENT_ID,
  grantId: CODE,
  redirectHost: SENTENCE,
  redirectUri: ADDRESSES,
  reason: SENTENCE,
  settings: LIST,
  correlationId: CODE,
  entraCorrelationId: CODE,
} as const satisfies Record<keyof EventFields, number | typeof NUMBER>

const LEVELS: Readonly<Partial<Record<EventName, AuditLevel>>> = {
  'client.refused': 'warn',
  'authorize.refused': 'warn',
  'signin.failed': 'warn',
  'token.refused': 'warn',
  'mcp.refused': 'warn',
  'manage.refused': 'warn',
  'rate.limited': 'warn',
  'request.refused': 'warn',
  'refresh.repeated': 'warn',
  'reports.unavailable': 'warn',
  'report.skipped': 'warn',
  'code.reused': 'error',
  'refresh.reused': 'error',
  'entra.fault': 'error',
  'request.failed': 'error',
  'config.invalid': 'error',
}

/** Log injection (CWE-117): line breaks, terminal escapes and bidirectional overrides could forge or hide a line. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
/** A value outside this set is quoted in the text format, so that it cannot pass for a field of its own. */
const PLAIN = /^[\w.:/@-]+$/u

const neutralise = (value: string, longest: number): string => {
  const safe = value.toWellFormed().slice(0, longest).toWellFormed().replace(UNSAFE, '\uFFFD')
  return value.length > longest ? `${safe}…` : safe
}

const safeValue = (value: unknown, rule: number | typeof NUMBER): string | number | undefined => {
  if (rule === NUMBER) return Number.isFinite(value) ? Number(value) : undefined
  return typeof value === 'string' ? neutralise(value, rule) : undefined
}

const safeFields = (event: AuditEvent): [string, string | number][] => {
  const given = new Map<string, unknown>(Object.entries(event))
  return Object.entries(FIELDS).flatMap(([field, rule]) => {
    const value = safeValue(given.get(field), rule)
    return value === undefined ? [] : [[field, value] as [string, string | number]]
  })
}

/** The level at which an event is logged: `warn` for a refusal, `error` for what somebody should look into. */
export const levelOf = (name: EventName): AuditLevel => LEVELS[name] ?? 'info'

/**
 * One line, without its line break: JSON for Azure (`{"event":"token.issued",…}`), `token.issued  code=…` for a terminal.
 * Only the fields of {@link EventFields} appear, each capped in length, with control characters replaced.
 */
export const formatEvent = (event: AuditEvent, format: AuditFormat): string => {
  const fields = safeFields(event)
  const name = neutralise(event.name, CODE)
  if (format === 'json') return JSON.stringify(Object.fromEntries([['event', name], ...fields]))
  const text = fields.map(([field, value]) => {
    const shown = String(value)
    return `${field}=${PLAIN.test(shown) ? shown : JSON.stringify(shown)}`
  })
  return [name.padEnd(17), ...text].join(' ').trimEnd()
}
