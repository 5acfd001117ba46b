// Not in a bare npm test: starts built instances of the app.
import { TableClient } from '@azure/data-tables'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { clientKey } from '../../../shared/storage/table/client-key.ts'
import { createSwitchesTable } from '../../../shared/storage/table/switches-table.ts'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import type { FunctionsHost } from '../../sandbox/functions-host/start.ts'
import { type OldClient, writeOldClient } from '../../storage/support/old-client.ts'
import {
  callTool,
  codeFields,
  connect,
  form,
  MARCUS,
  newParty,
  obtainCode,
  type Party,
  PRIYA,
  refresh,
  register,
  token,
} from '../support/oauth.ts'
import { startStorageProxy, type StorageProxy } from '../support/storage-proxy.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { dumpTables } from '../support/table-dump.ts'
import { Tab } from '../support/tab.ts'
import { endClient } from '../../storage/support/switch-off.ts'

const sandbox = useSandbox({ deployed: true })
const api = () => sandbox().app.url
const REDIRECT = 'https://chatgpt.com/connector_platform_oauth_redirect'
const METADATA = { client_name: 'ChatGPT', redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' }
const DAY = 86_400_000

let storage: StorageProxy
let counted: FunctionsHost
beforeAll(async () => {
  storage = await startStorageProxy(sandbox().azurite)
  counted = await sandbox().startInstance({ TABLES_CONNECTION_STRING: storage.connectionString })
})
afterAll(() => storage.close())

const table = (name: string) =>
  TableClient.fromConnectionString(sandbox().azurite.connectionString, name, { allowInsecureConnection: true })
const rowOf = async (clientId: string) =>
  (await dumpTables(sandbox().azurite)).find(
    ({ table: name, properties }) => name === 'clients' && properties.partitionKey === clientKey(clientId),
  )?.properties
const authorize = (party: Party, base = api()) =>
  new Tab({ via: { from: api(), to: base } }).open(buildAuthorizeUrl(party.discovery, party.client).url)

describe('a registration', () => {
  test('95 at once all succeed, and none of them touches storage', async () => {
    storage.reset()
    const answers = await Promise.all(Array.from({ length: 95 }, () => register(counted.url, METADATA)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ json }) => json.client_id)).size).toBe(95)
    expect({ reads: storage.reads(), writes: storage.writes() }).toEqual({ reads: 0, writes: 0 })
  })

  test('succeeds while storage is away, where an authorize request asks to come again', async () => {
    const { discovery, client } = await newParty(sandbox())
    storage.set('down')
    try {
      expect((await register(counted.url, METADATA)).status).toBe(201)
      const page = await authorize({ discovery, client }, counted.url)
      expect([page.status, page.headers.get('location')]).toEqual([503, null])
    } finally {
      storage.set('up')
    }
    expect((await authorize({ discovery, client }, counted.url)).status).toBe(200)
  })

  test('a made-up, changed or shortened client id costs no read, whatever is asked with it', async () => {
    const { client } = await newParty(sandbox(), 'client_secret_post')
    const id = client.clientId
    const changed = id.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    for (const wrong of [changed, id.slice(0, -1), `${id}A`, `dmi2_${'A'.repeat(64)}`, `dmi2_${'A'.repeat(496)}`]) {
      storage.reset()
      const asked = { grant_type: 'refresh_token', refresh_token: 'x', client_id: wrong, client_secret: 'x' }
      const answer = await token(counted.url, asked)
      expect([answer.status, answer.json.error]).toEqual([401, 'invalid_client'])
      const { discovery } = await newParty(sandbox())
      const page = await authorize({ discovery, client: { ...client, clientId: wrong } }, counted.url)
      expect([page.status, page.headers.get('location')]).toEqual([400, null])
      expect({ reads: storage.reads(), writes: storage.writes() }).toEqual({ reads: 0, writes: 0 })
    }
  })

  test('is written down when a person has signed in with it, and not before', async () => {
    const party = await newParty(sandbox())
    await authorize(party)
    expect(await rowOf(party.client.clientId)).toBeUndefined()
    await obtainCode(sandbox(), party, PRIYA)
    const row = await rowOf(party.client.clientId)
    expect(row).toMatchObject({
      clientId: party.client.clientId,
      kind: 'registered',
      authMethod: 'none',
      redirectUris: JSON.stringify([REDIRECT]),
      firstUsedAt: expect.any(Date),
      lastUsedAt: expect.any(Date),
    })
    expect(row).not.toHaveProperty('expiresAt')
    await obtainCode(sandbox(), party, MARCUS)
    expect(await rowOf(party.client.clientId)).toEqual(row)
  })

  test('works without its row, which comes back at the next sign-in', async () => {
    const session = await connect(sandbox(), PRIYA)
    const key = clientKey(session.client.clientId)
    await table('clients').deleteEntity(key, 'registration')
    expect((await refresh(api(), session, session.refresh)).status).toBe(200)
    await obtainCode(sandbox(), session, PRIYA)
    expect(await rowOf(session.client.clientId)).toMatchObject({ kind: 'registered' })
  })
})

describe('a client that registered at 0.1.0', () => {
  const old = async (id: string, row: Partial<OldClient> = {}): Promise<Party> => {
    await writeOldClient(table('clients'), id, row)
    const { discovery } = await newParty(sandbox())
    return { discovery, client: { clientId: id, authMethod: 'none', redirectUri: REDIRECT } }
  }

  test('signs people in and refreshes as before, and its row has no end from then on', async () => {
    const party = await old('dmi_OLDAAAAAAAAAAAAAAAAAAA', { expiresAt: new Date(Date.now() + DAY) })
    const session = await connect(sandbox(), PRIYA, { party })
    expect((await refresh(api(), session, session.refresh)).status).toBe(200)
    const row = await rowOf(party.client.clientId)
    expect(row).toMatchObject({ kind: 'registered', name: 'ChatGPT', scope: 'dynamics.read offline_access' })
    expect((row!.expiresAt as Date).getUTCFullYear()).toBe(9999)
  })

  test('whose row is gone is unknown', async () => {
    const party = await old('dmi_GONEAAAAAAAAAAAAAAAAAA')
    await table('clients').deleteEntity(party.client.clientId, 'registration')
    expect((await authorize(party)).status).toBe(400)
  })

  test('gave itself a name that is cleaned by today’s rules', async () => {
    const party = await old('dmi_NAMEAAAAAAAAAAAAAAAAAA', { name: 'ChatGPT” read all as you? “x' })
    expect((await authorize(party)).text).toContain('“<bdi>ChatGPT read all as you? x</bdi>”')
  })
})

describe('a client that an administrator ended', () => {
  const end = (clientId: string) => endClient(createSwitchesTable(table('switches')), clientId, Date.now())
  const undo = (clientId: string) => table('switches').deleteEntity('client', clientKey(clientId))

  test('is refused on a page, for new sign-ins and for one that had begun', async () => {
    const party = await newParty(sandbox())
    const tab = new Tab()
    const consent = await tab.open(buildAuthorizeUrl(party.discovery, party.client).url)
    await end(party.client.clientId)
    for (const page of [await authorize(party), await tab.press(consent, 'continue')]) {
      expect([page.status, page.headers.get('location')]).toEqual([403, null])
      expect(page.text).toContain('An administrator has ended the access of this app.')
    }
    const other = await newParty(sandbox())
    expect((await authorize(other)).status).toBe(200)
  })

  test('redeems no code and refreshes nothing, and all of it is there again when the end is undone', async () => {
    const session = await connect(sandbox(), PRIYA)
    const issued = await obtainCode(sandbox(), session, PRIYA)
    await end(session.client.clientId)
    const refused = [await refresh(api(), session, session.refresh), await token(api(), codeFields(session, issued))]
    for (const { status, json } of refused) expect([status, json.error]).toEqual([400, 'invalid_grant'])
    const line = await eventually(async () =>
      (await events(sandbox().app, 'token.refused')).find((one) => one.includes('client-ended')),
    )
    expect(line).toContain(session.grantId)
    await undo(session.client.clientId)
    expect((await refresh(api(), session, session.refresh)).status).toBe(200)
    expect((await token(api(), codeFields(session, issued))).status).toBe(200)
  })

  test('may still revoke', async () => {
    const session = await connect(sandbox(), PRIYA)
    await end(session.client.clientId)
    const fields = { token: session.refresh, client_id: session.client.clientId }
    expect((await form(`${api()}/oauth/revoke`, fields)).status).toBe(200)
    await undo(session.client.clientId)
    expect((await refresh(api(), session, session.refresh)).json.error).toBe('invalid_grant')
  })

  test('is never taken for one that goes on because storage does not answer', async () => {
    const session = await connect(sandbox(), PRIYA)
    await end(session.client.clientId)
    storage.set('down')
    try {
      expect((await refresh(counted.url, session, session.refresh)).status).toBe(503)
      expect((await authorize(session, counted.url)).status).toBe(503)
      expect((await callTool(counted.url, session.access)).status).toBe(503)
    } finally {
      storage.set('up')
    }
  })
})
