import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { PARTICIPATION } from '../../../shared/dataverse/query/resolve/parties.ts'
import { createMcpEndpoint } from '../../../shared/mcp/endpoint/mcp-endpoint.ts'
import { ORGANISATION_ID } from '../../sandbox/dataverse/seed/platform/rows.ts'
import { varietyRows } from '../../sandbox/dataverse/seed/variety/variety.ts'
import { PEOPLE, type Person } from '../../sandbox/people.ts'
import { BASE, callTool, caller, sharedDeps, type Harness as Worker } from '../../unit/mcp/support/harness.ts'
import { NOW, startHarness, type Harness } from '../../unit/sandbox/dataverse/harness.ts'
import { QUERIES } from '../groups/all.ts'
import { answeredLines, expectedLines, type Json } from '../oracle/compare.ts'
import { oracleFor, type Oracle } from '../oracle/oracle.ts'
import { isHidden } from '../oracle/oracle-tables.ts'
import type { Query } from '../query.ts'
import { ASKERS, rowsAt } from '../suite.ts'
import { rawRows } from '../../unit/mcp/support/rows.ts'
import { asToolCall, isOnePage, namedRows } from './tool-call.ts'

type Stage = {
  readonly harness: Harness
  readonly oracle: Oracle
  readonly worker: Worker
  /** Gives the largest pages: for questions, and to people, that are not about paging. */
  readonly largePages: Worker
}
let stage: Stage

/** To whom a question falls, by its name and its place. */
export type AskersOf = (name: string, question: number) => readonly Person[]
const inTurn = <Item>(items: readonly Item[], turn: number): Item => items[turn % items.length] as Item

async function open(): Promise<void> {
  const harness = await startHarness({ now: () => NOW, rows: varietyRows(PEOPLE, NOW) })
  const callers = new Map<string, ReturnType<typeof caller>>()
  for (const one of ASKERS) callers.set(one.persona, await callerOf(one, harness))
  const oracle = oracleFor(rowsAt(NOW), PEOPLE, NOW)
  stage = { harness, oracle, worker: workerOver(harness, callers, 50), largePages: workerOver(harness, callers, 500) }
}

async function close(): Promise<void> {
  stage.oracle.close()
  await stage.harness.close()
}

async function callerOf(one: Person, harness: Harness): Promise<ReturnType<typeof caller>> {
  const ids = { systemUserId: one.systemUserId ?? '', organizationId: ORGANISATION_ID }
  return { ...caller(one.persona), ...ids, dataverseToken: await harness.mint(one.persona) }
}

type Callers = ReadonlyMap<string, ReturnType<typeof caller>>

function workerOver(harness: Harness, callers: Callers, defaultTop: number): Worker {
  const now = (): number => NOW.getTime()
  const endpoint = createMcpEndpoint({
    publicBaseUrl: BASE,
    allowedOrigins: [],
    scope: 'dynamics.read',
    authenticate: async (bearer) => callers.get(bearer.replace('token-', '').replaceAll('-', ' ')),
    forget: () => undefined,
    dataverse: sharedDeps(harness.dataverse.url, now),
    limits: { toolDeadlineMs: 10_000, resultBytes: 5_000_000, defaultTop, maxTop: 500 },
    cursorKey: async () => new Uint8Array(32).fill(7),
    now,
    version: '1.2.3',
    branding: { name: 'Harbour & Pine' },
  })
  return { endpoint, events: [], forgotten: [] }
}

/** The rows that the tool gives, page after page where all are asked for. */
async function toolRows(args: Json, one: Person, onePage: boolean, worker = stage.worker): Promise<Json[] | string> {
  const rows: Json[] = []
  let cursor: string | undefined
  do {
    const who = one.persona.replaceAll(' ', '-')
    const { structuredContent } = await callTool(worker, 'query_crm', cursor ? { cursor } : { ...args, ids: true }, who)
    if (structuredContent?.error) return structuredContent.error.code
    rows.push(...rawRows(structuredContent))
    cursor = onePage ? undefined : structuredContent?.cursor
  } while (cursor !== undefined)
  return rows
}

export const EXPRESSIBLE = QUERIES.flatMap(([, queries]) => queries).flatMap((query) => {
  const args = asToolCall(query)
  return args ? [[query.name, query, args] as const] : []
})

async function expectSameRows(query: Query, args: Json, one: Person, worker: Worker): Promise<void> {
  const expected = stage.oracle.answer(one, query.toolSql ?? query.sql)
  const answered = await toolRows(args, one, isOnePage(query), worker)
  if (expected === 'denied') {
    expect(answered).toBe('0x80040220')
    return
  }
  if (answered === 'hidden_column' && isHidden(query.toolSql ?? query.sql, one)) return
  if (typeof answered === 'string') throw new Error(answered)
  const raw = namedRows(answered, expected.columns)
  const lines = expectedLines(query, expected.columns, expected.rows)
  expect(answeredLines(query, expected.columns, raw)).toEqual(lines)
}

/** Of those who ask, one of the two who see most, by turns, turns the pages: each page costs as much as a question. */
const pagerOf = (askers: readonly Person[], question: number): Person | undefined =>
  askers[Math.max(0, askers.length - 1 - (question % 2))]

function askQuestions(askersOf: AskersOf): void {
  describe('query_crm gives the rows that SQL gives, to each person', () => {
    const questions = EXPRESSIBLE.map(([name, query, args], at) => [name, query, args, at] as const)
    test.each(questions)('%s', async (name, query, args, at) => {
      const askers = askersOf(name, at)
      for (const one of askers)
        await expectSameRows(query, args, one, one === pagerOf(askers, at) ? stage.worker : stage.largePages)
    })
  })
}

/** A line for each party of a column, as SQL has it: who, and by which address. */
function partyLines(rows: readonly Json[], column: string): string[] {
  const parties = rows.flatMap((row) =>
    ((row[column] ?? []) as Json[]).map((party) => [row.activityid, party] as const),
  )
  return parties
    .map(([activity, party]) =>
      [activity, party[column], party['address']].map((one) => (typeof one === 'string' ? one : '-')).join(' '),
    )
    .sort()
}

function partySql(entity: string, column: string): string {
  const mask = PARTICIPATION.get(column)
  const which = mask === undefined ? '' : ` and p.participationtypemask = ${mask}`
  return `select x.activityid || ' ' || coalesce(p.partyid, '-') || ' ' || coalesce(p.addressused, '-') as line from ${entity} x join activityparty p on p.activityid = x.activityid${which} order by line`
}

const PARTIES = [
  ['email', 'from', 7],
  ['email', 'to', 7],
  ['email', 'cc', 7],
  ['email', 'bcc', 7],
  ['phonecall', 'to', 7],
  ['appointment', 'requiredattendees', 7],
  ['appointment', 'optionalattendees', 7],
  ['appointment', 'organizer', 7],
  ['activitypointer', 'allparties', 70],
] as const

async function expectSameParties(entity: string, column: string, args: Json, one: Person): Promise<void> {
  const expected = stage.oracle.answer(one, partySql(entity, column))
  const answered = await toolRows(args, one, false, stage.largePages)
  if (expected === 'denied' || typeof answered === 'string') {
    expect([expected, answered]).toEqual(['denied', '0x80040220'])
    return
  }
  expect(expected.rows.length).toBeGreaterThan(0)
  expect(partyLines(answered, column)).toEqual(expected.rows.map(({ line }) => line))
}

/** Each form of each column once, each person one of each column, at the next column another one. */
function askForParties(): void {
  describe('the parties of activities are those that SQL finds, for each person', () => {
    test.each(PARTIES.map((one, at) => [...one, at] as const))('%s.%s', async (entity, column, pageSize, at) => {
      const attributes = `<attribute name="subject"/><attribute name="${column}"/>`
      const asked = [
        { entity, select: ['subject', column] },
        { entity, select: [column], top: pageSize },
        { fetchxml: `<fetch><entity name="${entity}">${attributes}</entity></fetch>` },
      ]
      for (const [which, one] of ASKERS.entries())
        await expectSameParties(entity, column, inTurn(asked, at + which), one)
    })
  })
}

/** Everything that the tool has words for, asked of it over one Dataverse. */
export function askTheTool(askersOf: AskersOf): void {
  beforeAll(open)
  afterAll(close)
  askQuestions(askersOf)
  askForParties()
}

export const oneInTurn: AskersOf = (_name, question) => [inTurn(ASKERS, question)]
