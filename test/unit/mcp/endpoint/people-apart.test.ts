import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Off } from '../../../../shared/mcp/switches/off.ts'
import type { AuditEvent } from '../../../../shared/telemetry/events.ts'
import { caller, createHarness, incoming, type Harness } from '../support/harness.ts'
import { answerOf, MODERN, type Answer } from '../support/revisions.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

const PEOPLE = ['anna', 'bela', 'cora', 'dion', 'emre'] as const
type Name = (typeof PEOPLE)[number]
const ROWS = 60

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
  // Answers overtake each other, and each says whose token asked for it.
  let asked = 0
  upstream.answer = ({ token }) => ({
    delayMs: ((asked += 1) * 7) % 12,
    body: { value: Array.from({ length: ROWS }, (_row, at) => rowOf(token.replace('dataverse-token-of-', ''), at)) },
  })
})
afterAll(async () => await upstream.stop())

/** Rows of each person have keys of their own, lookups, choices and amounts: all that is worked out once an answer. */
function rowOf(who: string, at: number): object {
  const formatted = '@OData.Community.Display.V1.FormattedValue'
  return {
    opportunityid: `7c1d2e01-0001-4a6b-8c2d-${Buffer.from(who).toString('hex').padEnd(12, '0')}`,
    name: `Deal ${at} of ${who}`,
    [`only_${who}`]: 1,
    _customerid_value: `7c1d2e01-0002-4a6b-8c2d-${Buffer.from(who).toString('hex').padEnd(12, '0')}`,
    [`_customerid_value${formatted}`]: `Customer of ${who}`,
    '_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'account',
    salesstage: at % 3,
    [`salesstage${formatted}`]: `Stage of ${who}`,
  }
}

/** Each has another client, another scope, and another tool switched off. */
const OFF: Readonly<Record<Name, string>> = {
  anna: 'search',
  bela: 'fetch',
  cora: 'list_entities',
  dion: 'get_record',
  emre: 'run_report',
}
const nameOf = (userId: string): Name => PEOPLE.find((one) => userId === `oid-${one}`)!
const offOf = (who: Name): Off => ({
  whole: undefined,
  isToolOff: ({ name, pictureOf }) => name === OFF[who] || pictureOf?.join() === OFF[who],
})

function stage(): Harness {
  return createHarness(upstream.url, { resultBytes: 4_000, toolDeadlineMs: 60_000 }, undefined, {
    authenticate: async (bearer) => {
      const who = bearer.slice('token-'.length)
      return { ...caller(who), clientId: `client-of-${who}`, scope: `dynamics.read of.${who}` }
    },
    offFor: async ({ userId }) => offOf(nameOf(userId)),
  })
}

type Asked = { readonly who: Name; readonly method: string; readonly params: object; readonly isModern: boolean }
const META = { 'io.modelcontextprotocol/protocolVersion': MODERN, 'io.modelcontextprotocol/clientCapabilities': {} }

async function askAs(
  harness: Harness,
  { who, method, params, isModern }: Asked,
  events: AuditEvent[],
): Promise<Answer> {
  const named = 'name' in params ? { 'mcp-name': String(params.name) } : {}
  const version = isModern ? { 'mcp-protocol-version': MODERN, 'mcp-method': method, ...named } : {}
  const body = { jsonrpc: '2.0', id: `${who}-1`, method, params: isModern ? { ...params, _meta: META } : params }
  const headers = { authorization: `Bearer token-${who}`, ...version }
  return answerOf(await harness.endpoint(incoming({ body, headers }, events)))
}

const QUERY = { entity: 'opportunity', select: ['name', 'customerid', 'salesstage'], top: 50 }
const CALLS = [
  ['tools/call', { name: 'query_crm', arguments: QUERY }],
  ['tools/call', { name: 'query_crm', arguments: { ...QUERY, top: 9 } }],
  ['tools/call', { name: 'search', arguments: { query: 'deal' } }],
  ['tools/call', { name: 'get_record', arguments: { entity: 'opportunity', id: 'Deal' } }],
  ['tools/list', {}],
  ['prompts/list', {}],
  ['resources/list', {}],
] as const

/** Everybody's calls of both eras, so often that each is under way beside all others. */
const all = (): Asked[] =>
  [0, 1, 2].flatMap((round) =>
    CALLS.flatMap(([method, params], at) =>
      PEOPLE.map((who, n): Asked => ({ who, method, params, isModern: (round + at + n) % 2 === 0 })),
    ),
  )

describe('calls of many people at once', () => {
  const told: { readonly asked: Asked; readonly answer: Answer; readonly events: readonly AuditEvent[] }[] = []
  beforeAll(async () => {
    const harness = stage()
    const answers = all().map(async (asked) => {
      const events: AuditEvent[] = []
      told.push({ asked, answer: await askAs(harness, asked, events), events })
    })
    await Promise.all(answers)
  })

  test.each(PEOPLE)('%s is told of nobody else, under an id of their own', (who) => {
    const own = told.filter(({ asked }) => asked.who === who)
    expect(own).toHaveLength(3 * CALLS.length)
    for (const { answer, events } of own) {
      expect(answer.id).toBe(`${who}-1`)
      for (const other of PEOPLE.filter((one) => one !== who)) {
        expect(JSON.stringify(answer)).not.toContain(`of ${other}`)
        expect(JSON.stringify(answer)).not.toContain(`only_${other}`)
        expect(JSON.stringify(events)).not.toContain(other)
      }
      for (const event of events) expect(event).toMatchObject({ userId: `oid-${who}`, clientId: `client-of-${who}` })
    }
    const queried = own.filter(({ asked }) => JSON.stringify(asked.params).includes('query_crm'))
    for (const { answer } of queried) expect(JSON.stringify(answer)).toContain(`Customer of ${who}`)
  })

  test.each(PEOPLE)('what is switched off for %s is off for nobody else', (who) => {
    const lists = told.filter(({ asked }) => asked.method === 'tools/list')
    for (const { asked, answer } of lists) {
      const names = (answer.result!['tools'] as { readonly name: string }[]).map(({ name }) => name)
      expect([asked.who, names.includes(OFF[who])]).toEqual([asked.who, asked.who !== who])
    }
    const prompts = told.filter(({ asked }) => asked.who === who && asked.method === 'prompts/list')
    for (const { answer } of prompts)
      expect((answer.result!['prompts'] as readonly unknown[]).length > 0).toBe(OFF[who] !== 'run_report')
    const refused = told.filter(({ asked }) => 'name' in asked.params && asked.params.name === OFF[asked.who])
    for (const { answer } of refused) expect(JSON.stringify(answer)).toContain('switched off')
  })

  test('a cursor opens for whom it was made, in whichever order they come', async () => {
    const harness = stage()
    const cursorOf = async (who: Name): Promise<unknown> => {
      const asked = { who, method: 'tools/call', params: CALLS[0][1], isModern: false }
      const { result } = await askAs(harness, asked, [])
      return (result!['structuredContent'] as { readonly cursor?: string }).cursor
    }
    const cursors = await Promise.all(PEOPLE.map(cursorOf))
    expect(new Set(cursors).size).toBe(PEOPLE.length)
    const opened = PEOPLE.flatMap((who) =>
      cursors.map(async (cursor, at) => {
        const params = { name: 'query_crm', arguments: { cursor } }
        const { result } = await askAs(harness, { who, method: 'tools/call', params, isModern: true }, [])
        expect([who, PEOPLE[at], result?.['isError'] ?? false]).toEqual([who, PEOPLE[at], who !== PEOPLE[at]])
      }),
    )
    await Promise.all(opened)
  })
})
