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
const ADDRESS = 64
const QUERIES = 4_000
const RECORDS = 9_000
/** A line that is longer would be cut by whoever takes it, anywhere. */
export const MOST_BYTES = 16_000

/** The allow-list at run time, in the order of the line: a text field with its longest length, or a number. */
const FIELDS = {
  kind: CODE,
  step: CODE,
  tool: CODE,
  report: CODE,
  entity: CODE,
  queries: QUERIES,
  parameters: 1_000,
  search: SENTENCE,
  records: RECORDS,
  moreRecords: NUMBER,
  recordsUnnamed: SENTENCE,
  operation: CODE,
  recordId: CODE,
  columns: 2_000,
  changeId: CODE,
  bodyHash: CODE,
  confirmation: CODE,
  duplicatesAccepted: CODE,
  replayed: CODE,
  outcome: CODE,
  code: CODE,
  status: NUMBER,
  rows: NUMBER,
  bytes: NUMBER,
  count: NUMBER,
  dataverseRequests: NUMBER,
  dataverseThrottled: NUMBER,
  dataverseRequestIds: SENTENCE,
  durationMs: NUMBER,
  userId: CODE,
  upn: SENTENCE,
  clientId: CLIENT_ID,
  clientName: CODE,
  clientAddress: ADDRESS,
  grantId: CODE,
  scope: CODE,
  redirectHost: SENTENCE,
  redirectUri: ADDRESSES,
  reason: SENTENCE,
  settings: LIST,
  correlationId: CODE,
  entraCorrelationId: CODE,
  cut: CODE,
} as const satisfies Record<keyof EventFields, number | typeof NUMBER>

const RULES = Object.entries(FIELDS)
export const FIELD_NAMES = Object.keys(FIELDS) as readonly (keyof EventFields)[]
export const isNumberField = (field: keyof EventFields): boolean => FIELDS[field] === NUMBER

const LEVELS: Readonly<Partial<Record<EventName, AuditLevel>>> = {
  'client.refused': 'warn',
  'authorize.refused': 'warn',
  'signin.failed': 'warn',
  'me.failed': 'warn',
  'token.refused': 'warn',
  'mcp.refused': 'warn',
  'manage.refused': 'warn',
  'rate.limited': 'warn',
  'limit.reached': 'warn',
  'request.refused': 'warn',
  'refresh.repeated': 'warn',
  'noise.counted': 'warn',
  'reports.unavailable': 'warn',
  'hides.unmatched': 'warn',
  'writes.unmatched': 'warn',
  'report.skipped': 'warn',
  'terms.unavailable': 'warn',
  'term.skipped': 'warn',
  'code.reused': 'error',
  'refresh.reused': 'error',
  'entra.fault': 'error',
  'request.failed': 'error',
  'config.invalid': 'error',
  'audit.failed': 'error',
}

/** Log injection (CWE-117): line breaks, terminal escapes and bidirectional overrides could forge or hide a line. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
/** A value outside this set is quoted in the text format, so that it cannot pass for a field of its own. */
const PLAIN = /^[\w.:/@-]+$/u

/** Most are: ids, names and JSON of ours. */
const PRINTABLE = /^[ -~]*$/

const neutralise = (value: string, longest: number): string => {
  if (value.length <= longest && PRINTABLE.test(value)) return value
  const safe = value.toWellFormed().slice(0, longest).toWellFormed().replace(UNSAFE, '\uFFFD')
  return value.length > longest ? `${safe}…` : safe
}

const safeValue = (value: unknown, rule: number | typeof NUMBER): string | number | undefined => {
  if (rule === NUMBER) return Number.isFinite(value) ? Number(value) : undefined
  return typeof value === 'string' ? neutralise(value, rule) : undefined
}

export type AllowedFields = Readonly<Partial<Record<keyof EventFields, string | number>>>

/** What of an event may be written: fields of the allow-list alone, each capped, with control characters replaced. */
export const allowedFields = (event: AuditEvent): AllowedFields => {
  const given = new Map<string, unknown>(Object.entries(event))
  const fields: Record<string, string | number> = {}
  for (const [field, rule] of RULES) {
    const value = safeValue(given.get(field), rule)
    if (value !== undefined) fields[field] = value
  }
  return withinBytes(fields)
}

/** Ids of records last: who read one record is asked of nothing else. `cut` names each that went. */
const CUT_FIRST = ['queries', 'parameters', 'settings', 'search', 'records'] as const

/** Of a character of a text, escaped. */
const MOST_BYTES_EACH = 3

function withinBytes(fields: AllowedFields): AllowedFields {
  const characters = Object.entries(fields).reduce(
    (sum, [name, value]) => sum + name.length + String(value).length + 6,
    0,
  )
  if (characters * MOST_BYTES_EACH <= MOST_BYTES) return fields
  let kept = fields
  for (const field of CUT_FIRST) {
    if (Buffer.byteLength(JSON.stringify(kept)) <= MOST_BYTES) return kept
    const { [field]: left, ...others } = kept
    if (left !== undefined) kept = { ...others, cut: joined(kept.cut, field) }
  }
  return kept
}

const joined = (before: string | number | undefined, name: string): string =>
  before === undefined ? name : `${before} ${name}`

/** The level at which an event is logged: `warn` for a refusal, `error` for what somebody should look into. */
export const levelOf = (name: EventName): AuditLevel => LEVELS[name] ?? 'info'

/**
 * One line, without its line break: JSON for Azure (`{"event":"token.issued",…}`), `token.issued  code=…` for a terminal.
 */
export const formatLine = (
  event: EventName,
  fields: Readonly<Record<string, string | number>>,
  format: AuditFormat,
): string => {
  const name = neutralise(event, CODE)
  if (format === 'json') return JSON.stringify({ event: name, ...fields })
  const text = Object.entries(fields).map(([field, value]) => {
    const shown = String(value)
    return `${field}=${PLAIN.test(shown) ? shown : JSON.stringify(shown)}`
  })
  return [name.padEnd(17), ...text].join(' ').trimEnd()
}

/** As one line; only the fields of {@link EventFields} appear in it. */
export const formatEvent = (event: AuditEvent, format: AuditFormat): string =>
  formatLine(event.name, allowedFields(event), format)
