import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createSecretStore } from '../../../shared/app/azure-clients.ts'
import { readConfig } from '../../../shared/config/config.ts'
import type { EntraCaller } from '../../../shared/entra/access-token.ts'
import { authorityOf } from '../../../shared/entra/authority.ts'
import { msalCredential } from '../../../shared/entra/client-credential.ts'
import { createProveApplication } from '../../../shared/entra/prove-application.ts'
import { createCheckCommand } from '../../../shared/manage/commands/check.ts'
import { createTableProbe } from '../../../shared/storage/table/probe.ts'
import { formatEvent } from '../../../shared/telemetry/format-event.ts'
import { createVaultKeys } from '../../../shared/tokens/vault-keys.ts'
import { PRODUCTION } from '../config/environments.ts'
import { credential, FakeVault, VAULT_URL } from '../tokens/fake-vault.ts'
import { AZURE_CLI, NOW, PERSON } from './entra-tokens.ts'
import { type Refusal, TableService } from './table-service.ts'

/** Planted wherever somebody could put a secret or a name; none may come out, in the answer or in the log. */
const CANARIES = {
  key: 'cAnArY0-8VtYw1uXs_Rp5mLJ0nHd7cGf2bEa9iQoT4v',
  token: 'eyJhbGciOiJSUzI1NiJ9.canary-token.signature',
  secret: 'canary~Q8v-K3mTz.w7XcR5hYp0LsD2fGj6NbA',
  person: 'canary.person@harbourpine.example',
}
const ALL = Object.values(CANARIES)
const text = ALL.join(' ')

const config = readConfig({
  ...PRODUCTION,
  ENTRA_CREDENTIAL: 'client-secret',
  LOOPBACK_REDIRECTS: '/doctor/callback',
  APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${CANARIES.secret}`,
})
const authority = authorityOf(config.entra.authorityHost, config.entra.tenantId)

type World = {
  readonly table: Refusal | undefined
  readonly vault: FakeVault['fault']
  readonly entra: { readonly status: number; readonly number: number; readonly claims: boolean }
  readonly dataverse: { readonly status: number; readonly challenge: string } | 'no connection'
  readonly date: string
  readonly slug: string
}

const refusal = fc.record({
  status: fc.constantFrom(400, 401, 403, 404, 409, 500, 503),
  code: fc.constantFrom('AuthorizationFailure', 'Other', CANARIES.token, CANARIES.person),
})
const world: fc.Arbitrary<World> = fc.record({
  table: fc.option(refusal, { nil: undefined }),
  vault: fc.constantFrom(undefined, 403, 404, 429, 500, 'no answer' as const),
  entra: fc.record({
    status: fc.constantFrom(200, 400, 401, 429, 500),
    number: fc.constantFrom(65001, 70021, 700213, 700016, 7000215, 7000222, 500011, 501051, 1),
    claims: fc.boolean(),
  }),
  dataverse: fc.oneof(
    fc.constant('no connection' as const),
    fc.record({
      status: fc.constantFrom(200, 302, 401, 403, 404, 500),
      challenge: fc.constantFrom(
        `Bearer authorization_uri=https://login.microsoftonline.com/${CANARIES.person}/oauth2, resource_id=${text}`,
        `Bearer ${CANARIES.token}`,
        text,
      ),
    }),
  ),
  date: fc.constantFrom(new Date(NOW).toUTCString(), text, new Date(0).toUTCString()),
  slug: fc.constantFrom(...ALL, 'quiet-deals'),
})

function fetchOf({ entra, dataverse, date }: World): typeof fetch {
  return (input) => {
    const url = input instanceof Request ? input.url : String(input)
    const headers = { date, 'x-canary': CANARIES.token }
    if (new URL(url).pathname.endsWith('/token')) {
      const refused = {
        error: 'invalid_client',
        error_codes: [entra.number],
        error_description: text,
        correlation_id: text,
        ...(entra.claims ? { claims: text } : {}),
      }
      const accepted = { access_token: CANARIES.token, token_type: 'Bearer', expires_in: 3599, scope: text }
      return Promise.resolve(
        Response.json(entra.status === 200 ? accepted : refused, { status: entra.status, headers }),
      )
    }
    if (url.startsWith(config.dataverseUrl)) {
      if (dataverse === 'no connection')
        return Promise.reject(new TypeError(text, { cause: Object.assign(new Error(text), { code: CANARIES.secret }) }))
      const { status, challenge } = dataverse
      return Promise.resolve(
        new Response(status === 302 ? null : text, { status, headers: { ...headers, 'www-authenticate': challenge } }),
      )
    }
    return Promise.resolve(new Response(text, { headers }))
  }
}

function commandIn(given: World) {
  const table = new TableService()
  table.message = text
  if (given.table) table.refuse = { POST: given.table }
  const vault = new FakeVault()
  vault.fault = given.vault
  for (const name of ['sealing-key', 'index-key']) vault.add(name, 'v1', CANARIES.key, NOW)
  vault.add('entra-client-secret', 'v1', CANARIES.secret, NOW)
  const store = createSecretStore(VAULT_URL, credential, { httpClient: vault.httpClient })
  const names = { sealing: 'sealing-key', index: 'index-key' }
  const [fetch, now] = [fetchOf(given), () => NOW]
  const sources = {
    managedIdentityAssertion: () => Promise.resolve(CANARIES.token),
    vaultSecret: (name: string) => store.value(name),
  }
  const { clientId } = config.entra
  return createCheckCommand({
    config,
    authority,
    fetch,
    now,
    random: randomBytes,
    vault: store,
    probe: createTableProbe(table.client()),
    keys: createVaultKeys(store, { names, now, readableFor: 30 * 86_400_000 }),
    reportStore: { list: () => Promise.resolve([{ slug: given.slug, hidden: false, definition: text }]) },
    termStore: { list: () => Promise.resolve([{ slug: given.slug, hidden: false, definition: text }]) },
    proveApplication: createProveApplication({
      clientId,
      authority,
      fetch,
      dataverseUrl: config.dataverseUrl,
      credential: () => msalCredential(config.entra.credential, sources),
    }),
  })
}

const administrator: EntraCaller = {
  kind: 'person',
  objectId: PERSON,
  clientId: AZURE_CLI,
  scopes: ['MCP.Access'],
  roles: ['Administrator'],
}

describe('whatever the services answer', () => {
  test('no secret, no token and no name comes out, and every check says something', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const { answer, noted } = await commandIn(given).run(
          { administrator, correlationId: 'c0ffee', audit: () => undefined },
          {},
        )
        const line = formatEvent({ name: 'manage.called', ...noted }, 'json')
        const said = `${JSON.stringify(answer)}\n${line}`
        for (const canary of ALL) expect(said).not.toContain(canary)
        const { checks } = answer as { checks: { name: string; found: string; status: string; fix?: string }[] }
        expect(new Set(checks.map(({ name }) => name)).size).toBe(8)
        for (const { status, found, fix } of checks) {
          expect(found).toMatch(/\.$/)
          if (status !== 'ok') expect(fix).toMatch(/\.$/)
        }
      }),
      { numRuns: 60 },
    )
  }, 60_000)

  test('when all is well, it says so', async () => {
    const well = commandIn({
      table: undefined,
      vault: undefined,
      slug: 'x',
      date: new Date(NOW).toUTCString(),
      entra: { status: 200, number: 1, claims: false },
      dataverse: {
        status: 401,
        challenge: `Bearer authorization_uri=https://login.microsoftonline.com/${config.entra.tenantId}/oauth2/authorize`,
      },
    })
    const { answer, noted } = await well.run({ administrator, correlationId: 'c0ffee', audit: () => undefined }, {})
    const { checks } = answer as { checks: { status: string }[] }
    expect(checks.filter(({ status }) => status === 'failed')).toEqual([])
    expect(answer).toMatchObject({ passed: true })
    expect(noted).toEqual({ outcome: 'ok', count: 0 })
  })
})
