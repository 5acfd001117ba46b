import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { AUDIT_DETAILS, type AuditDetails } from '../../../../shared/mcp/audit/call-details.ts'
import { createAudit } from '../../../../shared/telemetry/audit.ts'
import type { AuditEvent } from '../../../../shared/telemetry/events.ts'
import { askHere } from '../../../sandbox/dataverse/http/in-process.ts'
import type { Harness } from '../support/harness.ts'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'
import { ACCOUNT, canaryRows, CONTACT, IN_RECORDS, TASK, VIEW_NAME } from './canaries.ts'

let stage: Stage
const workers = new Map<AuditDetails, Harness>()
beforeAll(async () => {
  stage = await openStage(canaryRows())
  for (const details of AUDIT_DETAILS) workers.set(details, stage.coldWorker({}, askHere, details))
})
afterAll(async () => await stage.close())

type Args = Readonly<Record<string, unknown>>
type Written = { readonly event: AuditEvent; readonly line: string; readonly answer: string }

/** The one event of a call, as it is written, and what the person was told. */
async function write(details: AuditDetails, tool: string, args: Args, upn = false): Promise<Written> {
  const worker = workers.get(details)!
  const before = worker.events.length
  const { answer } = await called(worker, tool, args, 'analyst')
  const events = worker.events.slice(before)
  expect(events).toHaveLength(1)
  const lines: string[] = []
  const audit = createAudit({ write: (_level, line) => lines.push(line), format: 'json', correlationId: 'i', upn })
  events.forEach(audit)
  return { event: JSON.parse(lines[0]!) as AuditEvent, line: lines[0]!, answer: JSON.stringify(answer) }
}

const WORDS = IN_RECORDS.name.split(' ')
const FULL_FILTER = `name eq '${IN_RECORDS.name}' and accountnumber eq 'CANARYNUMBER'`
const EXPAND = [{ lookup: 'primarycontactid', select: ['fullname'] }]

/** Each tool, and what of it is canary: asked for by value. */
const CALLS: readonly [tool: string, args: Args][] = [
  ['query_crm', { entity: 'account', select: ['name', 'description'], filter: FULL_FILTER, expand: EXPAND }],
  [
    'query_crm',
    {
      fetchxml: `<fetch><entity name="account"><attribute name="name" alias="canaryalias"/><link-entity name="contact" from="contactid" to="primarycontactid" alias="canarylink"><attribute name="fullname"/></link-entity><filter><condition attribute="name" operator="eq" value="${IN_RECORDS.name}"/><condition entityname="canarylink" attribute="fullname" operator="like" value="Canarylabel%"/></filter><order entityname="canarylink" attribute="fullname"/></entity></fetch>`,
    },
  ],
  ['get_record', { entity: 'account', id: ACCOUNT, expand: EXPAND }],
  ['get_record', { entity: 'account', id: IN_RECORDS.name, select: ['name', 'description'] }],
  ['fetch', { id: `account/${ACCOUNT}` }],
  ['timeline', { of: `account/${ACCOUNT}`, since: 'last-30-days' }],
  ['search', { query: IN_RECORDS.name }],
  ['run_report', { view: VIEW_NAME, entity: 'account' }],
]
const ASKED = [...WORDS, 'CANARYNUMBER', 'Canarylabel%', VIEW_NAME]
const ROWS = Object.values(IN_RECORDS)
const isWritten = (line: string, word: string) => line.toLowerCase().includes(word.toLowerCase())

describe('of what a record holds nothing is written, of what was asked only what the setting allows', () => {
  test.each(CALLS)('%s %j', async (tool, args) => {
    const asked = JSON.stringify(args)
    for (const details of AUDIT_DETAILS) {
      const { event, line, answer } = await write(details, tool, args)
      expect(isWritten(answer, 'canary')).toBe(true)
      expect(event).toMatchObject({ tool, outcome: 'ok', userId: 'oid-analyst', clientId: 'client' })
      const unasked = ROWS.filter((text) => !isWritten(asked, text))
      expect(unasked.filter((text) => isWritten(line, text))).toEqual([])
      if (details !== 'full') expect([line, isWritten(line, 'canary')]).toEqual([line, false])
      else if (!asked.includes(ACCOUNT)) expect(ASKED.some((word) => isWritten(line, word))).toBe(true)
      expect(line).not.toMatch(/dataverse-token|token-analyst|eyJ/)
      expect(line).not.toMatch(/canaryalias|canarylink/i)
    }
  })

  test.each(CALLS)('%s %j names the records that it read, unless nothing is to be told', async (tool, args) => {
    for (const details of AUDIT_DETAILS) {
      const { event } = await write(details, tool, args)
      if (details === 'none') expect(event).not.toHaveProperty('records')
      else expect(event.records).toContain(ACCOUNT)
    }
  })

  test('related rows are named too', async () => {
    const { event } = await write('shape', 'fetch', { id: `account/${ACCOUNT}` })
    const read = JSON.parse(event.records!) as Record<string, string[]>
    expect(read).toMatchObject({ account: [ACCOUNT], activitypointer: [TASK], contact: [CONTACT] })
    const expanded = await write('shape', 'get_record', { entity: 'account', id: ACCOUNT, expand: EXPAND })
    expect(JSON.parse(expanded.event.records!)).toEqual({ account: [ACCOUNT], contact: [CONTACT] })
  })

  test('whatever a value holds, kinds alone are written; in full, the value', async () => {
    const word = fc.string({ minLength: 1, maxLength: 40 }).map((text) => `cnr${text.replaceAll("'", '')}`)
    await fc.assert(
      fc.asyncProperty(word, async (value) => {
        const args = {
          entity: 'account',
          select: ['name'],
          filter: `name eq '${value}' or accountnumber eq '${value}'`,
        }
        for (const details of AUDIT_DETAILS) {
          const { line, event } = await write(details, 'query_crm', args)
          if (details === 'full') expect(event.queries).toContain('cnr')
          else expect(line).not.toContain('cnr')
        }
      }),
      { numRuns: 15 },
    )
  })

  test('words that found nothing are a number of words', async () => {
    const args = { query: 'canarynothing canaryatall' }
    expect((await write('shape', 'search', args)).event.search).toBe('text*2')
    expect((await write('full', 'search', args)).event.search).toBe('canarynothing canaryatall')
    expect((await write('none', 'search', args)).event).not.toHaveProperty('search')
  })

  test('a call that was refused tells no value', async () => {
    for (const details of AUDIT_DETAILS) {
      const filter = "canarycolumn eq 'canaryvalue'"
      const { event, line } = await write(details, 'query_crm', { entity: 'account', filter })
      expect(event).toMatchObject({ outcome: 'error', code: 'unknown_column', entity: 'account' })
      expect(line).not.toMatch(/canary/i)
    }
  })

  test('the sign-in name stands only where the setting says so', async () => {
    const args = { entity: 'account', select: ['name'], top: 1 }
    expect((await write('full', 'query_crm', args)).line).not.toContain('@')
    expect((await write('shape', 'query_crm', args, true)).event.upn).toBe('analyst@harbourpine.example')
  })
})

describe('what an event tells of its cost', () => {
  test('rows, bytes of the result, requests and their ids at Dataverse', async () => {
    const args = { entity: 'account', select: ['name'], top: 3 }
    await write('shape', 'query_crm', args)
    const { event, answer } = await write('shape', 'query_crm', args)
    expect(event).toMatchObject({ rows: 3, bytes: Buffer.byteLength(answer), dataverseRequests: 1 })
    expect(event.dataverseRequestIds).toMatch(/^[\da-f-]{36} [\da-f-]{36}$/)
  })

  test('a long query is told without values, and that it is', async () => {
    const many = Array.from({ length: 40 }, (_, at) => `name eq '${'x'.repeat(150)}${at}'`).join(' or ')
    const { event, line } = await write('full', 'query_crm', { entity: 'account', select: ['name'], filter: many })
    expect(event.cut).toBe('values')
    expect(event.queries).toContain('["name","eq","text"]')
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(16_384)
  })
})

test('a report names the records that fitted, not all that were read for it', async () => {
  const worker = stage.coldWorker({ resultBytes: 4_000 })
  const { answer } = await called(worker, 'run_report', { report: 'top-accounts-by-revenue' }, 'analyst')
  const { rows, notes } = answer.structuredContent as { rows: unknown[]; notes: string[] }
  expect(notes.join(' ')).toMatch(/did not fit/)
  const { account = [] } = JSON.parse(worker.events.at(-1)?.records ?? '{}') as { account?: string[] }
  expect(account).toHaveLength(rows.length)
})
