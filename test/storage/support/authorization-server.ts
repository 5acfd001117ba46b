import { wireFetch } from '../../../shared/dataverse/web-api/wire-fetch.ts'
import { randomBytes, randomUUID } from 'node:crypto'
import { readConfig } from '../../../shared/config/config.ts'
import { createAccessTokens } from '../../../shared/grants/open-access-token.ts'
import { createCurrentSwitches } from '../../../shared/grants/switches/current-switches.ts'
import { createEndpoints, type EndpointName } from '../../../shared/app/endpoints.ts'
import { parseCookies } from '../../../shared/http/headers/cookies.ts'
import type { Incoming, Outgoing } from '../../../shared/http/message.ts'
import { challengeOf } from '../../../shared/oauth/pkce/code-challenge.ts'
import { createServices } from '../../../shared/app/services.ts'
import type { AuditEvent } from '../../../shared/telemetry/events.ts'
import { startDataverse } from '../../sandbox/dataverse/start.ts'
import { startEntra } from '../../sandbox/entra/start.ts'
import { ENTRA_CLIENT_ID, PEOPLE, TENANT_ID } from '../../sandbox/people.ts'
import { type Storage, storesOf, tokenOf } from './harness.ts'

export const ISSUER = 'http://127.0.0.1:7071'
export const REDIRECT = 'https://chatgpt.com/connector_platform_oauth_redirect'
const SECRET = 'sandbox-client-secret'
const UPN = 'priya.nair@harbourpine.example'
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'

export type Sent = {
  readonly method?: string
  readonly query?: Readonly<Record<string, string>>
  readonly form?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly cookie?: string
}

/** The endpoints of the app in this process, in front of the Entra and Dataverse stand-ins. */
export async function startAuthorizationServer(storage: Storage, connectionString: string) {
  const entra = await startEntra({
    tenantId: TENANT_ID,
    clientId: ENTRA_CLIENT_ID,
    clientSecret: SECRET,
    people: PEOPLE,
    apiScope: `api://${ENTRA_CLIENT_ID}/MCP.Access`,
    redirectUris: [`${ISSUER}/oauth/callback`],
  })
  const { issuer, jwksUri } = entra
  const dataverse = await startDataverse({ issuer, jwksUri, people: PEOPLE })
  entra.setDataverseUrl(dataverse.url)
  const config = readConfig({
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    PUBLIC_BASE_URL: ISSUER,
    ENTRA_TENANT_ID: TENANT_ID,
    ENTRA_CLIENT_ID,
    ENTRA_AUTHORITY_HOST: new URL(issuer).origin,
    ENTRA_CREDENTIAL: 'client-secret',
    ENTRA_CLIENT_SECRET: SECRET,
    DATAVERSE_URL: dataverse.url,
    TABLES_CONNECTION_STRING: connectionString,
    LOCAL_KEY_FILE: '/dev/null',
    CLIENT_ID_METADATA_DOCUMENTS: 'off',
  })
  const events: AuditEvent[] = []
  const start = () => startInstance(config, storage, connectionString, events)
  return {
    entra,
    events,
    start,
    close: () => Promise.all([entra.close(), dataverse.close()]),
  }
}

type Config = ReturnType<typeof readConfig>
export type Instance = {
  readonly call: (name: EndpointName, sent: Sent) => Promise<Outgoing>
  /** Whether a tool call with this access token would be let in. */
  readonly opens: (access: string) => Promise<boolean>
}

/** A worker that has just started: it remembers nothing. Quick retries in place of Azure's. */
function startInstance(config: Config, storage: Storage, connectionString: string, events: AuditEvent[]): Instance {
  const { grants: store, users, clients, logins, switches: switchStore } = storesOf(connectionString)
  const switches = createCurrentSwitches({ store: switchStore, now: Date.now })
  const services = createServices(config, { fetch, wireFetch, now: Date.now, random: randomBytes })
  const grantDeps = { ...services.grantDeps, store, users, switches, keys: storage.keys }
  const accessTokens = createAccessTokens(grantDeps)
  const endpoints = createEndpoints(config, {
    ...services,
    clients,
    logins,
    switchStore,
    switches,
    keys: storage.keys,
    grantDeps,
    accessTokens,
  })
  return {
    call: (name, sent) => endpoints[name].endpoint(incoming(name, sent, (event) => void events.push(event))),
    opens: async (access) => (await accessTokens.open(tokenOf('access', access), `${ISSUER}/mcp`)) !== undefined,
  }
}

function incoming(name: EndpointName, sent: Sent, audit: Incoming['audit']): Incoming {
  const body = sent.form ? new URLSearchParams(sent.form).toString() : sent.json ? JSON.stringify(sent.json) : ''
  const type = sent.json ? 'application/json' : 'application/x-www-form-urlencoded'
  return {
    method: sent.method ?? (body === '' ? 'GET' : 'POST'),
    path: `/oauth/${name}`,
    query: new URLSearchParams(sent.query),
    search: new URLSearchParams(sent.query).toString(),
    headers: new Headers({ 'content-type': type, origin: ISSUER }),
    cookies: parseCookies(sent.cookie ?? null),
    body: new TextEncoder().encode(body),
    clientAddress: '127.0.0.1',
    correlationId: randomUUID(),
    audit,
  }
}

const cookiesOf = (reply: Outgoing) => (reply.cookies ?? []).map(({ name, value }) => `${name}=${value}`).join('; ')
export const bodyOf = (reply: Outgoing) => JSON.parse(reply.body ?? '{}') as Record<string, string>

export const registerRequest: Sent = { json: { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' } }

/** `GET /oauth/authorize`, and the answer that the person's "Continue" would send. */
export async function consent(app: Instance, clientId: string): Promise<Sent> {
  const page = await app.call('authorize', {
    query: {
      client_id: clientId,
      redirect_uri: REDIRECT,
      response_type: 'code',
      state: 'abc',
      code_challenge: challengeOf(VERIFIER),
      code_challenge_method: 'S256',
    },
  })
  const transaction = /name="transaction" value="([^"]+)"/.exec(page.body ?? '')?.[1] ?? ''
  return { form: { transaction, decision: 'continue' }, cookie: cookiesOf(page) }
}

/** Signs in at Entra, after `reply` has sent the browser there; the request that comes back to the callback. */
export async function atEntra(reply: Outgoing): Promise<Sent> {
  const picked = await fetch(reply.headers?.location ?? '', {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ account: UPN }),
  })
  const query = Object.fromEntries(new URL(picked.headers.get('location') ?? '').searchParams)
  return { query, cookie: cookiesOf(reply) }
}

export const codeOf = (reply: Outgoing) => new URL(reply.headers?.location ?? 'about:blank').searchParams.get('code')

export const codeRequest = (clientId: string, code: string): Sent => ({
  form: {
    grant_type: 'authorization_code',
    code,
    code_verifier: VERIFIER,
    client_id: clientId,
    redirect_uri: REDIRECT,
  },
})
export const refreshRequest = (clientId: string, token: string): Sent => ({
  form: { grant_type: 'refresh_token', refresh_token: token, client_id: clientId },
})
