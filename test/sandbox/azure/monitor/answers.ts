import type { AuditRow } from '../../../../shared/telemetry/ingestion/columns.ts'
import { callsPerDay, errorsByType, mostUsedReports, signInSuccess } from '../../../infra/bicep/monitor/arithmetic.ts'

export type Answered = readonly Readonly<Record<string, unknown>>[]
/** What a query file gives of the rows of its time, with what was put in its place. */
type Answer = (rows: readonly AuditRow[], asked: string) => Answered

const text = (row: AuditRow, column: string): string => String(row[column] ?? '')
const number = (row: AuditRow, column: string): number => Number(row[column] ?? 0)
const once = (rows: readonly AuditRow[]): AuditRow[] => [...new Map(rows.map((row) => [row['EventId'], row])).values()]
const project = (rows: readonly AuditRow[], columns: string): Answered =>
  rows.map((row) => Object.fromEntries(columns.split(' ').map((column) => [column, row[column] ?? null])))
const byTime = (rows: readonly AuditRow[]): AuditRow[] =>
  [...rows].sort((a, b) => text(a, 'TimeGenerated').localeCompare(text(b, 'TimeGenerated')))
/** Members as columns are spelt. */
const asColumns = (rows: readonly object[]): Answered =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [`${name.charAt(0).toUpperCase()}${name.slice(1)}`, value as unknown]),
    ),
  )

const people: Answer = (rows) => {
  const used = rows.filter(
    (row) =>
      text(row, 'UserId') !== '' && ['signin.completed', 'token.issued', 'tool.called'].includes(text(row, 'Event')),
  )
  const ofPerson = Map.groupBy(once(used), (row) => text(row, 'UserId'))
  return [...ofPerson]
    .map(([UserId, own]) => {
      const calls = own.filter((row) => row['Event'] === 'tool.called')
      return {
        UserId,
        SignIns: own.filter((row) => row['Event'] === 'signin.completed').length,
        Calls: calls.length,
        Rows: calls.reduce((sum, row) => sum + number(row, 'Rows'), 0),
        Clients: JSON.stringify([...new Set(own.map((row) => text(row, 'ClientId')))].slice(0, 10)),
        Upn: own.map((row) => text(row, 'Upn')).find((upn) => upn !== '') ?? '',
        Last: byTime(own).at(-1)?.['TimeGenerated'],
      }
    })
    .sort((a, b) => String(b.Last).localeCompare(String(a.Last)))
}

const whoRead: Answer = (rows, asked) => {
  const record = asked.replaceAll(/[{}\s]/g, '').toLowerCase()
  if (!/^[0-9a-f-]{36}$/.test(record)) return []
  const named = (row: AuditRow) => text(row, 'Records').toLowerCase().includes(record)
  const found = once(rows).filter(
    (row) =>
      row['Event'] === 'tool.called' &&
      (named(row) || number(row, 'MoreRecords') > 0 || text(row, 'Cut').includes('records')),
  )
  const columns = 'TimeGenerated UserId Upn ClientId ClientAddress Tool Report Entity Queries Rows CorrelationId'
  return byTime(found)
    .reverse()
    .map((row) => ({
      ...project([row], columns)[0],
      Certain: named(row) ? 'read' : 'perhaps: it read more records than its event can name',
    }))
    .sort((a, b) => b.Certain.localeCompare(a.Certain))
}

const asked: Answer = (rows, given) => {
  const person = given.trim().toLowerCase()
  const own = once(rows).filter((row) =>
    [text(row, 'UserId').toLowerCase(), text(row, 'Upn').toLowerCase()].includes(person),
  )
  const columns =
    'TimeGenerated Event Tool Report Entity Queries Parameters Search Records MoreRecords RecordsUnnamed Outcome Code Rows DurationMs ClientId ClientAddress GrantId CorrelationId'
  return person === '' ? [] : project(byTime(own).reverse(), columns)
}

const SIGN_IN =
  /^(consent\.|signin\.|me\.|(authorize\.refused|client\.refused|entra\.fault|token\.refused|request\.refused|request\.failed|rate\.limited|noise\.counted)$)/
const why: Answer = (rows, around) => {
  const at = Date.parse(around.replace(' ', 'T') + (around.endsWith('Z') ? '' : 'Z'))
  const near = (row: AuditRow) => Math.abs(Date.parse(text(row, 'TimeGenerated')) - at) <= 600_000
  const columns =
    'TimeGenerated Event Kind Count Step Code Reason ClientId ClientAddress RedirectHost UserId CorrelationId EntraCorrelationId'
  return project(byTime(once(rows).filter((row) => near(row) && SIGN_IN.test(text(row, 'Event')))), columns)
}

const behindId: Answer = (rows, given) => {
  const id = given.trim()
  const found = once(rows).filter(
    (row) =>
      [row['CorrelationId'], row['EntraCorrelationId'], row['GrantId']].includes(id) ||
      text(row, 'DataverseRequestIds').includes(id),
  )
  const columns =
    'TimeGenerated Event Step Tool Report Outcome Code Reason UserId ClientId GrantId CorrelationId EntraCorrelationId DataverseRequestIds'
  return id === '' ? [] : project(byTime(found), columns)
}

/** By the file's path below `infra/monitor/queries/`. */
export const ANSWERS: Readonly<Record<string, Answer>> = {
  'questions/people.kql': people,
  'questions/who-read-record.kql': whoRead,
  'questions/what-did-person-ask.kql': asked,
  'questions/why-did-sign-in-fail.kql': why,
  'questions/what-is-behind-id.kql': behindId,
  'metrics/calls-per-day.kql': (rows) => asColumns(callsPerDay(rows)),
  'metrics/sign-in-success.kql': (rows) => asColumns(signInSuccess(rows)),
  'metrics/errors-by-type.kql': (rows) => asColumns(errorsByType(rows)),
  'metrics/most-used-reports.kql': (rows) => asColumns(mostUsedReports(rows)),
}
