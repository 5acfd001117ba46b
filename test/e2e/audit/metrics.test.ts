import { expect, jest, test } from '@jest/globals'
import type { AuditRow } from '../../../shared/telemetry/ingestion/columns.ts'
import {
  callsPerDay,
  errorsByType,
  latency,
  mostUsedReports,
  percentile,
  signInSuccess,
} from '../../infra/bicep/monitor/arithmetic.ts'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { connect, MARCUS, PRIYA, refresh, type Session, token } from '../support/oauth.ts'
import { eventually, useSandbox } from '../support/suite.ts'
import { Tab } from '../support/tab.ts'

jest.setTimeout(120_000)
const sandbox = useSandbox({ deployed: true, audit: true })
const rows = () => sandbox().auditTable!.rows() as readonly AuditRow[]
const seen = (event: string): AuditRow[] => rows().filter(({ Event: name }) => name === event)

/** At the time of the first: midnight may fall between two of them. */
const ofOneDay = (told: readonly AuditRow[]): readonly AuditRow[] =>
  told.map((one) => ({ ...one, TimeGenerated: told[0]?.['TimeGenerated'] ?? '' }))

async function call({ access }: Session, name: string, args: object): Promise<void> {
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${access}`,
    accept: 'application/json, text/event-stream',
  }
  const response = await fetch(`${sandbox().app.url}/mcp`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(response.status).toBe(200)
  await response.text()
}

test('the five metrics come out of what the app wrote', async () => {
  const priya = await connect(sandbox(), PRIYA)
  const marcus = await connect(sandbox(), MARCUS)
  const closed = new Tab()
  const consent = await closed.open(buildAuthorizeUrl(priya.discovery, priya.client).url)
  await closed.press(consent, 'continue')
  for (const session of [priya, priya, marcus])
    await call(session, 'query_crm', { entity: 'account', select: ['name'], top: 1 })
  await call(priya, 'query_crm', { entity: 'acount', select: ['name'] })
  await call(priya, 'run_report', { report: 'my-open-opportunities' })
  await call(marcus, 'run_report', { report: 'my-open-opportunities' })
  await refresh(sandbox().app.url, priya, priya.refresh)
  await token(sandbox().app.url, { grant_type: 'refresh_token', refresh_token: 'x', client_id: 'nobody' })
  await eventually(() => seen('tool.called').length >= 6 && seen('request.refused').length > 0, 20_000)

  const told = ofOneDay(rows())
  const day = String(told[0]?.['TimeGenerated']).slice(0, 10)
  expect(callsPerDay(told)).toEqual([
    { day, tool: 'query_crm', calls: 4, people: 2 },
    { day, tool: 'run_report', calls: 2, people: 2 },
  ])
  expect(signInSuccess(told)).toEqual([
    { day, started: 3, completed: 2, failed: 0, neverCameBack: 1, successPercent: 66.7 },
  ])
  expect(mostUsedReports(told)).toEqual([{ report: 'my-open-opportunities', runs: 2, people: 2 }])
  expect(errorsByType(told)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: 'tool.called', tool: 'query_crm', code: 'unknown_entity', errors: 1 }),
      expect.objectContaining({ type: 'request.refused', code: 'invalid_client', errors: 1 }),
    ]),
  )
  for (const { p50, p95 } of latency(told)) expect(p95).toBeGreaterThanOrEqual(p50)
  expect(seen('token.issued').filter(({ Step: step }) => step === 'refresh_token')).toHaveLength(1)
  const warm = seen('tool.called').filter(({ Outcome: outcome, DataverseRequests: n }) => outcome === 'ok' && n === 1)
  expect(warm.length).toBeGreaterThan(0)
})

const row = (id: string, event: string, more: AuditRow = {}): AuditRow => ({
  TimeGenerated: '2026-11-28T10:42:00Z',
  EventId: id,
  Event: event,
  ...more,
})

test('an event that came twice counts once, and what was only counted as often as it says', () => {
  const call = row('w-1', 'tool.called', { Tool: 'query_crm', UserId: 'a', DurationMs: 10, Outcome: 'ok' })
  expect(callsPerDay([call, call])).toEqual([{ day: '2026-11-28', tool: 'query_crm', calls: 1, people: 1 }])
  const noise = row('w-2', 'noise.counted', { Kind: 'mcp.refused', Count: 480 })
  const refused = row('w-3', 'mcp.refused', { Outcome: 'refused' })
  expect(errorsByType([call, noise, noise, refused])).toEqual([
    { type: 'mcp.refused', tool: '', code: '', errors: 481 },
  ])
})

test('another account after a failure does not make fewer than none that never came back', () => {
  const events = ['consent.approved', 'signin.failed', 'signin.completed'].map((event, at) => row(`w-${at}`, event))
  expect(signInSuccess(events)).toMatchObject([{ started: 1, completed: 1, failed: 1, neverCameBack: 0 }])
  expect(signInSuccess([row('w-1', 'signin.failed')])).toMatchObject([{ started: 0, successPercent: null }])
})

test.each([
  [[7], 95, 7],
  [[3, 1, 2], 50, 2],
  [Array.from({ length: 100 }, (_, at) => at + 1), 95, 95],
  [Array.from({ length: 20 }, (_, at) => at + 1), 95, 19],
])('of %j, %d percent are at most %d', (values, percent, expected) => {
  expect(percentile(values, percent)).toBe(expected)
})
