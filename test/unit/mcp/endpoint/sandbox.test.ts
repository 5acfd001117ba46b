import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { exportJWK, SignJWT } from 'jose'
import type { Caller } from '../../../../shared/grants/caller.ts'
import { createMcpEndpoint } from '../../../../shared/mcp/endpoint/mcp-endpoint.ts'
import { startDataverse, type Dataverse } from '../../../sandbox/dataverse/start.ts'
import { PEOPLE, person, TENANT_ID, type Person } from '../../../sandbox/people.ts'
import { signingKeys } from '../../sandbox/dataverse/harness.ts'
import { BASE, callTool, caller, sharedDeps, type Harness, type ToolAnswer } from '../support/harness.ts'
import { listen, stop } from '../support/upstream.ts'
import { rowsAsObjects } from '../support/rows.ts'

const ISSUER = `https://login.example/${TENANT_ID}/v2.0`
let keys: Awaited<ReturnType<typeof signingKeys>>
let jwks: Server
let dataverse: Dataverse
let harness: Harness
const callers = new Map<string, Caller>()

beforeAll(async () => {
  keys = await signingKeys()
  const key = { ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'RS256' }
  jwks = createServer((_request, response) => response.end(JSON.stringify({ keys: [key] })))
  const jwksUri = await listen(jwks)
  dataverse = await startDataverse({ issuer: ISSUER, jwksUri, people: PEOPLE })
  for (const who of ['sales rep', 'sales manager', 'analyst']) callers.set(short(who), await callerOf(person(who)))
})
afterAll(async () => {
  await dataverse.close()
  await stop(jwks)
})
beforeEach(() => {
  harness = sandboxHarness()
})

describe('against the strict Dataverse', () => {
  test('each person sees other rows with the same call', async () => {
    const args = { entity: 'opportunity', select: ['name', 'ownerid', 'estimatedvalue'], count: true, top: 500 }
    const answers = await Promise.all(
      ['sales-rep', 'sales-manager', 'analyst'].map((who) => callTool(harness, 'query_crm', args, who)),
    )
    const totals = answers.map(({ structuredContent }) => structuredContent?.total ?? 0)
    expect(totals[0]).toBeGreaterThan(0)
    expect(totals[1]).toBeGreaterThan(totals[0]!)
    expect(totals[2]).toBeGreaterThan(totals[1]!)
  })

  test('filter, sort, expand and page through a list without losing a row', async () => {
    const args = {
      entity: 'Opportunities',
      select: ['name', 'ownerid', 'estimatedclosedate', 'statecode'],
      filter: `statecode eq 0 and ownerid ne null and not contains(name,'no such; 100% &')`,
      orderby: 'estimatedclosedate desc, name',
      expand: [{ lookup: 'owninguser', select: ['fullname'] }],
      top: 20,
      count: true,
    }
    const ids = new Set<string>()
    let answer = await callTool(harness, 'query_crm', args, 'analyst')
    const total = answer.structuredContent?.total ?? 0
    for (let pages = 0; pages < 30; pages += 1) {
      expect(answer.isError).toBeUndefined()
      for (const row of rowsAsObjects(answer.structuredContent)) ids.add(row.opportunityid as string)
      const cursor = answer.structuredContent?.cursor
      if (!cursor) break
      answer = await callTool(harness, 'query_crm', { entity: 'opportunity', cursor }, 'analyst')
    }
    expect(total).toBeGreaterThan(20)
    expect(ids.size).toBe(total)
  })

  test('a row of somebody else is refused with a reason, a missing one with another', async () => {
    const args = { entity: 'account', select: ['name'], top: 500 }
    const [mine, all] = await Promise.all([
      callTool(harness, 'query_crm', args, 'sales-rep'),
      callTool(harness, 'query_crm', args, 'analyst'),
    ])
    const own = idsOf(mine)
    const foreign = [...idsOf(all)].find((id) => !own.has(id))
    const refused = await callTool(harness, 'get_record', { entity: 'account', id: foreign }, 'sales-rep')
    expect(refused.content[0]?.text).toContain('may not read')
    const read = await callTool(harness, 'get_record', { entity: 'account', id: foreign }, 'analyst')
    expect(read.structuredContent).toMatchObject({ id: foreign, record: { accountid: foreign } })
    const gone = await callTool(
      harness,
      'get_record',
      { entity: 'account', id: '00000000-0000-4000-8000-000000000000' },
      'analyst',
    )
    expect(gone.content[0]?.text).toContain('0x80040217')
  })

  test('a wrong column in a filter comes back with the right one', async () => {
    const args = { entity: 'opportunity', select: ['name'], filter: 'closedate eq null' }
    const answer = await callTool(harness, 'query_crm', args, 'sales-rep')
    expect(answer.isError).toBe(true)
    expect(answer.content[0]?.text.split('Next step:')[1]).toContain('estimatedclosedate')
  })
})

function idsOf({ structuredContent }: ToolAnswer): Set<unknown> {
  return new Set(rowsAsObjects(structuredContent).map(({ accountid }) => accountid))
}

function short(who: string): string {
  return who.replace(' ', '-')
}

async function callerOf(who: Person): Promise<Caller> {
  const claims = { oid: who.oid, tid: TENANT_ID, upn: who.upn, scp: 'user_impersonation' }
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'k' })
    .setIssuer(ISSUER)
    .setAudience(dataverse.url)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(keys.privateKey)
  return { ...caller(short(who.persona)), systemUserId: who.systemUserId ?? '', dataverseToken: token }
}

function sandboxHarness(): Harness {
  const now = (): number => Date.now()
  const endpoint = createMcpEndpoint({
    publicBaseUrl: BASE,
    allowedOrigins: [],
    scope: 'dynamics.read',
    authenticate: async (bearer) => callers.get(bearer.replace('token-', '')),
    forget: () => undefined,
    dataverse: sharedDeps(dataverse.url, now),
    limits: { toolDeadlineMs: 10_000, resultBytes: 25_000, defaultTop: 50, maxTop: 500 },
    cursorKey: async () => new Uint8Array(32).fill(7),
    now,
    version: '1.2.3',
    branding: { name: 'Harbour & Pine' },
  })
  return { endpoint, events: [], forgotten: [] }
}
