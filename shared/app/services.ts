import { createSecretStore, createTableClient, managedIdentityAssertion } from './azure-clients.ts'
import type { Config } from '../config/config.ts'
import { createDataverseClient } from '../dataverse/web-api/client.ts'
import { createMetadataCache, type MetadataCache } from '../dataverse/metadata/cache/cache.ts'
import { createHiders, type Hiders } from '../dataverse/hiding/hiders.ts'
import { createNamedRowsCache, type NamedRowsCache } from '../dataverse/records/named-rows.ts'
import { createSearchAvailability, type SearchAvailability } from '../dataverse/search/search-availability.ts'
import { createCredential, type Credential } from './lazy/credential.ts'
import { loadOnce } from './lazy/load-once.ts'
import type { SignIn, SignInDeps } from './lazy/sign-in.ts'
import { createTerms, type Terms } from './lazy/terms.ts'
import { later } from '../telemetry/deadline.ts'
import { createLimits } from './limits.ts'
import type { FairLine } from '../mcp/limits/fair-line.ts'
import type { Budgets, Meter } from '../mcp/limits/meter.ts'
import { createTurns, type Turns } from '../dataverse/web-api/service-protection/turns.ts'
import { type DynamicsUser, whoAmI } from '../dataverse/web-api/who-am-i.ts'
import type { WireFetch } from '../dataverse/web-api/wire-fetch.ts'
import { type Authority, authorityOf } from '../entra/authority.ts'
import { type CredentialSources, msalCredential } from '../entra/client-credential.ts'
import { type AccessTokens, createAccessTokens } from '../grants/open-access-token.ts'
import { createCurrentSwitches, type CurrentSwitches } from '../grants/switches/current-switches.ts'
import type { GrantDeps } from '../grants/types.ts'
import { BUILT_IN_REPORTS } from '../reports/catalogue/built-in.ts'
import { type Catalogue, createCatalogue } from '../reports/catalogue/catalogue.ts'
import type { Current } from '../reports/catalogue/current-entries.ts'
import { createCurrentReports } from '../reports/catalogue/current-reports.ts'
import type {
  ClientStore,
  LimitStore,
  LoginStore,
  ReportStore,
  StorageProbe,
  Sweeper,
  SwitchStore,
} from '../storage/ports.ts'
import { createClientsTable } from '../storage/table/clients-table.ts'
import { createExpiryTable } from '../storage/table/expiry-table.ts'
import { createGrantsTable } from '../storage/table/grants-table.ts'
import { createLimitsTable } from '../storage/table/limits-table.ts'
import { createLoginsTable } from '../storage/table/logins-table.ts'
import { createTableProbe } from '../storage/table/probe.ts'
import { createReportsTable } from '../storage/table/reports-table.ts'
import { createSweeper } from '../storage/table/sweep/sweep.ts'
import { createSwitchesTable } from '../storage/table/switches-table.ts'
import { createUsersTable } from '../storage/table/users-table.ts'
import { chanceFrom } from '../tokens/chance.ts'
import type { Keys } from '../tokens/keys.ts'
import { createLocalKeys } from '../tokens/local-keys.ts'
import type { Random } from '../tokens/token.ts'
import { createVaultKeys, readableAfterReplacement, type SecretStore } from '../tokens/vault-keys.ts'

/** The outside world that a process really has. */
export type World = {
  readonly fetch: typeof fetch
  /** By which Dataverse is asked. */
  readonly wireFetch: WireFetch
  readonly now: () => number
  readonly random: Random
}

/** What endpoints are built from; made once per worker, and nothing is asked of anybody while it is made. */
export type Services = World &
  SignIn & {
    readonly credential: Credential
    readonly keys: Keys
    /** Absent where the keys rest in a file. */
    readonly vault: SecretStore | undefined
    readonly clients: ClientStore
    readonly logins: LoginStore
    readonly switchStore: SwitchStore
    readonly limitStore: LimitStore
    readonly switches: CurrentSwitches
    readonly reports: Current<Catalogue>
    readonly reportStore: ReportStore
    readonly terms: Terms
    readonly termStore: ReportStore
    readonly probe: StorageProbe
    readonly sweeper: Sweeper
    readonly grantDeps: GrantDeps
    readonly accessTokens: AccessTokens
    readonly authority: Authority
    readonly metadataCache: MetadataCache
    readonly namedRows: NamedRowsCache
    readonly searchAvailability: SearchAvailability
    /** Absent where nothing is kept from models. */
    readonly hiders: Hiders | undefined
    readonly turns: Turns
    readonly line: FairLine
    readonly meter: Meter
    /** From 0 up to 1; for what no one gains by guessing. */
    readonly chance: () => number
    readonly whoAmI: (dataverseToken: string) => Promise<DynamicsUser>
  }

const WHO_AM_I_MS = 15_000
const SECRET_REMEMBERED_MS = 10 * 60_000

export function createServices(config: Config, world: World, credential = createCredential(config)): Services {
  const table = (name: string) => createTableClient(config, credential, name)
  const tables = {
    grants: table('grants'),
    clients: table('clients'),
    logins: table('logins'),
    users: table('users'),
    switches: table('switches'),
    limits: table('limits'),
    expiry: table('expiry'),
  }
  const vault = config.keys.vaultUrl ? createSecretStore(config.keys.vaultUrl, credential) : undefined
  const keys = createKeys(config, vault, world)
  const clients = createClientsTable(tables.clients)
  const switchStore = createSwitchesTable(tables.switches)
  const switches = createCurrentSwitches({ store: switchStore, now: world.now })
  const grantDeps: GrantDeps = {
    store: createGrantsTable(tables.grants, createExpiryTable(tables.expiry)),
    users: createUsersTable(tables.users),
    switches,
    keys,
    random: world.random,
    now: world.now,
    lifetimes: config.lifetimes,
  }
  const limitStore = createLimitsTable(tables.limits)
  const reportsTable = table('reports')
  const reportStore = createReportsTable(reportsTable, 'report')
  const termStore = createReportsTable(reportsTable, 'term')
  return {
    ...world,
    credential,
    keys,
    vault,
    clients,
    switchStore,
    switches,
    grantDeps,
    reportStore,
    termStore,
    limitStore,
    logins: createLoginsTable(tables.logins),
    reports: createCurrentReports({
      builtIn: BUILT_IN_REPORTS,
      create: createCatalogue,
      now: world.now,
      store: reportStore,
    }),
    terms: createTerms({ store: termStore, now: world.now }),
    probe: createTableProbe(tables.switches),
    sweeper: createSweeper(tables, world.now),
    accessTokens: createAccessTokens(grantDeps),
    ...createSignIn(config, world, credential, vault),
    metadataCache: createMetadataCache({ now: world.now }),
    namedRows: createNamedRowsCache({ now: world.now }),
    searchAvailability: createSearchAvailability({ now: world.now }),
    hiders: createHiders(config.modelHides),
    ...createLimits(budgetsOf(config), { keys, now: world.now, store: limitStore }),
    turns: createTurns({ now: world.now, later }),
    chance: () => chanceFrom(world.random),
    whoAmI: (token) => askWhoAmI(config, world, token),
  }
}

/** Where nothing is written, nothing of it is counted. */
const budgetsOf = ({ budgets, writes }: Config): Budgets => ({ ...budgets, writesPerHour: writes?.perHour ?? 0 })

function createKeys({ keys, lifetimes }: Config, vault: SecretStore | undefined, { random, now }: World): Keys {
  const names = { sealing: keys.sealingKeyName, index: keys.indexKeyName }
  const readableFor = readableAfterReplacement(lifetimes.refreshIdle)
  if (vault) return createVaultKeys(vault, { names, now, readableFor })
  return createLocalKeys(keys.localFile ?? '', random)
}

function createSignIn(config: Config, world: World, credential: Credential, vault: SecretStore | undefined) {
  const { tenantId, clientId, authorityHost, apiScope } = config.entra
  const authority = authorityOf(authorityHost, tenantId)
  const sources: CredentialSources = {
    managedIdentityAssertion: () => managedIdentityAssertion(config, credential),
    vaultSecret: remember(world.now, (name) => {
      if (!vault) throw new TypeError('no key vault is configured')
      return vault.value(name)
    }),
  }
  const deps: SignInDeps = {
    tenantId,
    clientId,
    apiScope,
    authority,
    fetch: world.fetch,
    now: world.now,
    dataverseUrl: config.dataverseUrl,
    redirectUri: `${config.publicBaseUrl}/oauth/callback`,
    credential: () => msalCredential(config.entra.credential, sources),
  }
  return { authority, ...lazySignIn(deps) }
}

/** MSAL and jose are an eighth of all code, and a call with a token of ours asks Entra nothing. */
function lazySignIn(deps: SignInDeps): SignIn {
  const load = loadOnce('the sign-in', async () => (await import('./lazy/sign-in.ts')).createSignIn(deps))
  return {
    entra: {
      signInUrl: async (request) => (await load()).entra.signInUrl(request),
      redeemCode: async (request) => (await load()).entra.redeemCode(request),
      identify: async (request) => (await load()).entra.identify(request),
      renew: async (session) => (await load()).entra.renew(session),
    },
    verifyAccessToken: async (token) => (await load()).verifyAccessToken(token),
    proveApplication: async () => (await load()).proveApplication(),
  }
}

/** Keeps each value for ten minutes; a failure is not kept. */
function remember(now: () => number, load: (name: string) => Promise<string>): (name: string) => Promise<string> {
  const known = new Map<string, { readonly value: string; readonly until: number }>()
  return async (name) => {
    const found = known.get(name)
    if (found && found.until > now()) return found.value
    const value = await load(name)
    known.set(name, { value, until: now() + SECRET_REMEMBERED_MS })
    return value
  }
}

function askWhoAmI({ dataverseUrl: url }: Config, world: World, token: string): Promise<DynamicsUser> {
  const { wireFetch: fetch, now, random } = world
  const deadline = now() + WHO_AM_I_MS
  return whoAmI(createDataverseClient({ url, token, fetch, now, deadline, random: () => chanceFrom(random) }))
}
