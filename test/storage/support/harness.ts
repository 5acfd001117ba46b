import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TableClient } from '@azure/data-tables'
import { createGrant } from '../../../shared/grants/create-grant.ts'
import { createAccessTokens } from '../../../shared/grants/open-access-token.ts'
import { redeemCode } from '../../../shared/grants/redeem-code.ts'
import { createCurrentSwitches } from '../../../shared/grants/switches/current-switches.ts'
import type { Authorization, GrantDeps, TokenPair } from '../../../shared/grants/types.ts'
import { createClientsTable } from '../../../shared/storage/table/clients-table.ts'
import { createExpiryTable } from '../../../shared/storage/table/expiry-table.ts'
import { createGrantsTable } from '../../../shared/storage/table/grants-table.ts'
import { createLimitsTable } from '../../../shared/storage/table/limits-table.ts'
import { createLoginsTable } from '../../../shared/storage/table/logins-table.ts'
import { createReportsTable } from '../../../shared/storage/table/reports-table.ts'
import { createSwitchesTable } from '../../../shared/storage/table/switches-table.ts'
import { createUsersTable } from '../../../shared/storage/table/users-table.ts'
import { createLocalKeys } from '../../../shared/tokens/local-keys.ts'
import { parseToken, type Token, type TokenKind } from '../../../shared/tokens/token.ts'
import { type Azurite, azuriteAccount } from '../../sandbox/azurite.ts'

export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000
export const START = Date.parse('2026-11-24T09:00:00Z')
export const LIFETIMES = { code: 120, access: 3_600, refreshIdle: 30 * 86_400, grant: 180 * 86_400, refreshGrace: 30 }
export const APPROVAL = {
  clientId: 'dmi_AAAAAAAAAAAAAAAAAAAAAA',
  redirectUri: 'https://chatgpt.com/connector_platform_oauth_redirect',
  scope: 'dynamics.read offline_access',
  resource: 'https://crm.example/mcp',
  /** Of RFC 7636, appendix B. */
  codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
}
export type Clock = { now: number }

/** What Entra and Dynamics gave; `renewal` tells one renewal from the next. */
export const authorization = (now: number, renewal = 0): Authorization => ({
  person: {
    userId: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e01',
    tenantId: '6f1d2c3b-4a59-4e68-8c77-9b8a7c6d5e4f',
    username: 'priya.nair@harbourpine.example',
    systemUserId: '7c1d2e01-0001-4a6b-8c2d-10a3c1a86f01',
    businessUnitId: '7c1d2e01-0001-4a6b-8c2d-10a3c1a86f02',
    organizationId: '7c1d2e01-0001-4a6b-8c2d-10a3c1a86f03',
    roles: [],
  },
  session: { cache: JSON.stringify({ refresh: `entra refresh token ${renewal}` }), homeAccountId: 'home' },
  dataverse: { value: `dataverse token ${renewal}`, expiresAt: now + 75 * MINUTE },
})

export type Stores = ReturnType<typeof storesOf>
const RETRIES = { maxRetries: 2, retryDelayInMs: 1, maxRetryDelayInMs: 2 }

/** The repositories of one instance of the app; `prefix` gives a test tables of its own. */
export function storesOf(connectionString: string, prefix = '') {
  const table = (name: string) =>
    TableClient.fromConnectionString(connectionString, prefix + name, {
      allowInsecureConnection: true,
      retryOptions: RETRIES,
    })
  const tables = {
    grants: table('grants'),
    clients: table('clients'),
    logins: table('logins'),
    users: table('users'),
    switches: table('switches'),
    limits: table('limits'),
    expiry: table('expiry'),
  }
  const reports = table('reports')
  return {
    tables,
    grants: createGrantsTable(tables.grants, createExpiryTable(tables.expiry)),
    clients: createClientsTable(tables.clients),
    logins: createLoginsTable(tables.logins),
    users: createUsersTable(tables.users),
    switches: createSwitchesTable(tables.switches),
    limits: createLimitsTable(tables.limits),
    reportsTable: reports,
    reports: createReportsTable(reports, 'report'),
    terms: createReportsTable(reports, 'term'),
  }
}

export type Storage = {
  readonly azurite: Azurite
  readonly clock: Clock
  readonly keys: GrantDeps['keys']
  readonly stores: (prefix?: string) => Stores
  /** What the grant rules get on one instance. */
  readonly deps: (stores?: Stores) => GrantDeps
  readonly close: () => Promise<void>
}

/** The real Azurite, a key file, and a clock that stands still. */
export async function startStorage(): Promise<Storage> {
  const folder = await mkdtemp(join(tmpdir(), 'storage-'))
  const azurite = await azuriteAccount()
  const keys = createLocalKeys(join(folder, 'keys.json'), randomBytes)
  const clock = { now: START }
  const stores = (prefix = '') => storesOf(azurite.connectionString, prefix)
  const deps = ({ grants, users, switches } = stores()): GrantDeps => ({
    store: grants,
    users,
    switches: createCurrentSwitches({ store: switches, now: () => clock.now }),
    keys,
    random: randomBytes,
    now: () => clock.now,
    lifetimes: LIFETIMES,
  })
  return {
    azurite,
    clock,
    keys,
    stores,
    deps,
    close: async () => {
      await azurite.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** @throws TypeError when it is no token of that kind */
export function tokenOf(kind: TokenKind, value: string): Token {
  const token = parseToken(kind, value)
  if (!token) throw new TypeError(`no ${kind} token`)
  return token
}

export const newCode = async (deps: GrantDeps, approval = APPROVAL): Promise<Token> =>
  tokenOf('code', (await createGrant(deps, approval, authorization(deps.now()))).code)

export const redeem = (deps: GrantDeps, code: Token): Promise<TokenPair> =>
  redeemCode(deps, code, APPROVAL.clientId, () => undefined)

/** A grant with its first pair. */
export const newPair = async (deps: GrantDeps): Promise<TokenPair> => redeem(deps, await newCode(deps))

/**
 * A worker that has just started, and how often it noted a receipt. Nobody waits for such a note but `settled`, which
 * is rejected with what the store refused.
 */
export function newWorker(deps: GrantDeps) {
  const calls: Promise<unknown>[] = []
  const counts = { reads: 0, notes: 0 }
  const keep = <T>(kind: keyof typeof counts, call: Promise<T>): Promise<T> => {
    counts[kind] += 1
    calls.push(call)
    return call
  }
  const { store } = deps
  const tokens = createAccessTokens({
    ...deps,
    store: {
      ...store,
      readGrant: (grantId) => keep('reads', store.readGrant(grantId)),
      readRow: (grantId, kind, hash) => keep('reads', store.readRow(grantId, kind, hash)),
      markReceived: (grantId, hash, at) => keep('notes', store.markReceived(grantId, hash, at)),
    },
  })
  const settled = async (): Promise<void> => {
    for (let known = -1; known !== calls.length; await Promise.all(calls)) known = calls.length
  }
  return {
    counts,
    settled,
    open: (access: string) => tokens.open(tokenOf('access', access), APPROVAL.resource),
    forgetGrant: tokens.forgetGrant,
  }
}
