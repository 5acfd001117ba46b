import type { AuditRow } from '../../../../shared/telemetry/ingestion/columns.ts'

/** The five metrics as `infra/monitor/queries/metrics/` defines them, each under the name of its file. */
const DAY = 10
const HOUR = 13

/** `summarize take_any(*) by EventId` */
function once(rows: readonly AuditRow[]): AuditRow[] {
  return [...new Map(rows.map((row) => [row['EventId'], row])).values()]
}

const text = (row: AuditRow, column: string): string => String(row[column] ?? '')
const number = (row: AuditRow, column: string): number => Number(row[column] ?? 0)
const at = (row: AuditRow, length: number): string => text(row, 'TimeGenerated').slice(0, length)
const people = (rows: readonly AuditRow[]): number =>
  new Set(rows.map((row) => row['UserId']).filter((id) => id !== undefined)).size

type Groups = readonly (readonly [key: readonly string[], rows: readonly AuditRow[]])[]
function by(rows: readonly AuditRow[], ...keys: readonly ((row: AuditRow) => string)[]): Groups {
  const groups = Map.groupBy(rows, (row) => JSON.stringify(keys.map((key) => key(row))))
  return [...groups].map(([key, inside]) => [JSON.parse(key) as string[], inside])
}

const isCall = (row: AuditRow): boolean => row['Event'] === 'tool.called'
const countOf = (rows: readonly AuditRow[], event: string): number =>
  rows.filter((row) => row['Event'] === event).length

export type CallsPerDay = {
  readonly day: string
  readonly tool: string
  readonly calls: number
  readonly people: number
}

export function callsPerDay(rows: readonly AuditRow[]): CallsPerDay[] {
  const calls = once(rows).filter(isCall)
  return by(
    calls,
    (row) => at(row, DAY),
    (row) => text(row, 'Tool'),
  ).map(([[day = '', tool = ''], inside]) => ({ day, tool, calls: inside.length, people: people(inside) }))
}

/** The least value that a share of all do not exceed (nearest rank). @throws for none */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((left, right) => left - right)
  const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]
  if (value === undefined) throw new TypeError('a percentile of nothing')
  return value
}

export type Latency = { readonly hour: string; readonly tool: string; readonly p50: number; readonly p95: number }

export function latency(rows: readonly AuditRow[]): Latency[] {
  const calls = once(rows).filter(isCall)
  return by(
    calls,
    (row) => at(row, HOUR),
    (row) => text(row, 'Tool'),
  ).map(([[hour = '', tool = ''], inside]) => {
    const durations = inside.map((row) => number(row, 'DurationMs'))
    return { hour, tool, p50: percentile(durations, 50), p95: percentile(durations, 95) }
  })
}

export type SignIns = {
  readonly day: string
  readonly started: number
  readonly completed: number
  readonly failed: number
  readonly neverCameBack: number
  readonly successPercent: number | null
}

export function signInSuccess(rows: readonly AuditRow[]): SignIns[] {
  const events = once(rows).filter(({ Event: event }) =>
    ['consent.approved', 'signin.completed', 'signin.failed'].includes(String(event)),
  )
  return by(events, (row) => at(row, DAY)).map(([[day = ''], inside]) => {
    const started = countOf(inside, 'consent.approved')
    const completed = countOf(inside, 'signin.completed')
    const failed = countOf(inside, 'signin.failed')
    return {
      day,
      started,
      completed,
      failed,
      neverCameBack: Math.max(0, started - completed - failed),
      successPercent: started === 0 ? null : Math.round((1000 * completed) / started) / 10,
    }
  })
}

export type Errors = { readonly type: string; readonly tool: string; readonly code: string; readonly errors: number }

const isPlainNoise = (row: AuditRow): boolean =>
  row['Event'] === 'noise.counted' && ['client.registered', 'consent.shown'].includes(text(row, 'Kind'))

export function errorsByType(rows: readonly AuditRow[]): Errors[] {
  const isError = (row: AuditRow): boolean =>
    ['refused', 'error'].includes(text(row, 'Outcome')) ||
    ['request.failed', 'mcp.refused', 'noise.counted'].includes(text(row, 'Event'))
  const isCounted = (row: AuditRow): boolean => row['Event'] === 'noise.counted'
  return by(
    once(rows).filter((row) => isError(row) && !isPlainNoise(row)),
    (row) => text(row, isCounted(row) ? 'Kind' : 'Event'),
    (row) => text(row, 'Tool'),
    (row) => text(row, 'Step'),
    (row) => text(row, 'Code'),
  )
    .map(([[type = '', tool = '', , code = ''], inside]) => {
      const errors = inside.reduce((sum, row) => sum + (isCounted(row) ? number(row, 'Count') : 1), 0)
      return { type, tool, code, errors }
    })
    .sort((left, right) => right.errors - left.errors)
}

export type ReportUse = { readonly report: string; readonly runs: number; readonly people: number }

export function mostUsedReports(rows: readonly AuditRow[]): ReportUse[] {
  const runs = once(rows).filter((row) => isCall(row) && text(row, 'Report') !== '')
  return by(runs, (row) => text(row, 'Report'))
    .map(([[report = ''], inside]) => ({ report, runs: inside.length, people: people(inside) }))
    .sort((left, right) => right.runs - left.runs)
}
