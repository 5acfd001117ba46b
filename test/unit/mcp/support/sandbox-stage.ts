import type { WireFetch } from '../../../../shared/dataverse/web-api/wire-fetch.ts'
import { createServer, type Server } from 'node:http'
import { exportJWK, SignJWT } from 'jose'
import type { Caller } from '../../../../shared/grants/caller.ts'
import type { McpDeps } from '../../../../shared/mcp/endpoint/mcp-endpoint.ts'
import { ORGANISATION_ID } from '../../../sandbox/dataverse/seed/platform/rows.ts'
import { askHere } from '../../../sandbox/dataverse/http/in-process.ts'
import { startDataverse, type Dataverse } from '../../../sandbox/dataverse/start.ts'
import { DOMAIN, PEOPLE, person, TENANT_ID, type Person } from '../../../sandbox/people.ts'
import { signingKeys } from '../../sandbox/dataverse/harness.ts'
import { callTool, caller, type Harness, type ToolAnswer } from './harness.ts'
import type { TableRows } from '../../../sandbox/dataverse/store/store.ts'
import { worker } from './stage-worker.ts'
import { listen, stop } from './upstream.ts'

const ISSUER = `https://login.example/${TENANT_ID}/v2.0`

/** Hired today: a Dynamics user, but nobody has given them a role. */
export const WITHOUT_ROLES: Person = {
  ...person('analyst'),
  name: 'Nora New',
  upn: `nora.new@${DOMAIN}`,
  oid: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e09',
  systemUserId: '7c1d2e01-0009-4a6b-8c2d-10a3c1a86f09',
  roles: [],
}

/** Sells out of doors: reads all accounts, contacts, deals and activities, and no case, note or project. */
export const WITHOUT_CASES: Person = {
  ...person('analyst'),
  name: 'Owen Field',
  upn: `owen.field@${DOMAIN}`,
  oid: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e0a',
  systemUserId: '7c1d2e01-000a-4a6b-8c2d-10a3c1a86f0a',
  roles: ['Field Sales'],
}

/** One list for all stages, which begin with the same rows. */
const CAST: readonly Person[] = [...PEOPLE, WITHOUT_ROLES, WITHOUT_CASES]

export type Who = 'sales-rep' | 'sales-manager' | 'analyst' | 'without-roles' | 'without-cases'

/** For tests of this year, quarter or month: when one has just begun, no row of the seed is of it. */
export const LATE_IN_A_YEAR = Date.parse('2026-11-24T09:00:00Z')

/** The endpoint over the sandbox's Dataverse, for several people. */
export type Stage = {
  readonly dataverse: Dataverse
  /** A worker that has asked nothing yet. */
  readonly coldWorker: (
    limits?: Partial<McpDeps['limits']>,
    wire?: WireFetch,
    details?: McpDeps['auditDetails'],
    terms?: McpDeps['dataverse']['terms'],
  ) => Harness
  /** One with further options, or with others in place of its own. */
  readonly workerWith: (more: Partial<McpDeps>) => Harness
  /** As whom the bearer `token-<who>` speaks. */
  readonly callerOf: (who: Who) => Caller
  readonly close: () => Promise<void>
}

/**
 * @param rows beyond the seed
 * @param now epoch milliseconds, for the rows as for whoever asks: of the day on which the tests run where none is given
 */
export async function openStage(rows: TableRows = [], now?: () => number): Promise<Stage> {
  const keys = await signingKeys()
  const key = { ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'RS256' }
  const jwks: Server = createServer((_request, response) => response.end(JSON.stringify({ keys: [key] })))
  const jwksUri = await listen(jwks)
  const dataverse = await startDataverse({
    issuer: ISSUER,
    jwksUri,
    people: CAST,
    rows,
    ...(now && { now: () => new Date(now()) }),
  })
  const time = now ?? (() => Date.now())
  const cast: readonly [Who, Person][] = [
    ['sales-rep', person('sales rep')],
    ['sales-manager', person('sales manager')],
    ['analyst', person('analyst')],
    ['without-roles', WITHOUT_ROLES],
    ['without-cases', WITHOUT_CASES],
  ]
  const callers = new Map<string, Caller>()
  for (const [who, one] of cast) callers.set(who, await callerOf(who, one, keys.privateKey, dataverse.url, time))
  return {
    dataverse,
    coldWorker: (limits = {}, wire = askHere, details = 'shape', terms) =>
      worker(dataverse.url, callers, { limits, wire, details, terms, now: time }),
    workerWith: (more) =>
      worker(dataverse.url, callers, {
        limits: {},
        wire: askHere,
        details: 'shape',
        terms: undefined,
        now: time,
        more,
      }),
    callerOf: (who) => callers.get(who)!,
    close: async () => {
      await dataverse.close()
      await stop(jwks)
    },
  }
}

async function callerOf(who: Who, one: Person, key: CryptoKey, audience: string, now: () => number): Promise<Caller> {
  const seconds = Math.floor(now() / 1000)
  const claims = { oid: one.oid, tid: TENANT_ID, upn: one.upn, scp: 'user_impersonation' }
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'k' })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 3600)
    .sign(key)
  const ids = { systemUserId: one.systemUserId ?? '', organizationId: ORGANISATION_ID }
  return { ...caller(who), ...ids, dataverseToken: token }
}

export type Called = { readonly answer: ToolAnswer; readonly requests: number; readonly bytes: number }

/** Calls a tool and tells what it took: Dataverse requests, and bytes of the result. */
export async function called(harness: Harness, tool: string, args: unknown, who: Who = 'sales-rep'): Promise<Called> {
  const before = harness.events.length
  const answer = await callTool(harness, tool, args, who)
  const event = harness.events[before]
  const requests = event && 'dataverseRequests' in event ? (event.dataverseRequests ?? Number.NaN) : Number.NaN
  return { answer, requests, bytes: Buffer.byteLength(JSON.stringify(answer)) }
}
