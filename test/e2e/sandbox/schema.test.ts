import { readFile } from 'node:fs/promises'
import { TableClient, TableServiceClient } from '@azure/data-tables'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { hideEntry, putEntry } from '../../../infra/reports/entries-table.ts'
import { foldSpent } from '../../../shared/storage/table/spent-rows.ts'
import { createSweeper } from '../../../shared/storage/table/sweep/sweep.ts'
import { createSwitchesTable } from '../../../shared/storage/table/switches-table.ts'
import { createChatGpt } from '../../sandbox/chatgpt/client.ts'
import { refreshTokens } from '../../sandbox/chatgpt/token.ts'
import { type Sandbox, startSandbox, WRITING_MODE } from '../../sandbox/start-sandbox.ts'
import { storesOf } from '../../storage/support/harness.ts'
import { writeOldClient } from '../../storage/support/old-client.ts'
import { pause } from '../support/suite.ts'

const PRIYA = 'priya.nair@harbourpine.example'
const MARCUS = 'marcus.webb@harbourpine.example'
const SYSTEM = ['etag', 'partitionKey', 'rowKey', 'timestamp']

let sandbox: Sandbox
let documented: Set<string>
const stored = new Set<string>()

/** `table row column type`, of each line of each table of the page. */
function readPage(page: string): Set<string> {
  const found = new Set<string>()
  let [table, row] = ['', '']
  for (const line of page.split('\n')) {
    const tableTitle = /^## `(\w+)`$/.exec(line)
    const rowTitle = /^### Row `(\w+)/.exec(line)
    const column = /^\| `(\w+)`\s*\| (Edm\.\w+)/.exec(line)
    if (tableTitle) [table, row] = [tableTitle[1] ?? '', 'any']
    if (rowTitle) row = rowTitle[1] ?? ''
    if (column) found.add([table, row, column[1], column[2]].join(' '))
  }
  return found
}

function edmType(value: unknown): string {
  if (value instanceof Date) return 'Edm.DateTime'
  if (value instanceof Uint8Array) return 'Edm.Binary'
  if (typeof value === 'number') return 'Edm.Int32'
  return typeof value === 'boolean' ? 'Edm.Boolean' : 'Edm.String'
}

async function dump(): Promise<void> {
  const { connectionString } = sandbox.azurite
  const insecure = { allowInsecureConnection: true }
  for await (const { name = '' } of TableServiceClient.fromConnectionString(connectionString, insecure).listTables()) {
    for await (const entity of TableClient.fromConnectionString(connectionString, name, insecure).listEntities()) {
      const row = name === 'grants' ? (entity.rowKey ?? '').split(':')[0] : 'any'
      for (const [column, value] of Object.entries(entity))
        if (!SYSTEM.includes(column) && !column.includes('odata'))
          stored.add([name, row, column, edmType(value)].join(' '))
    }
  }
}

/** What 0.1.0 wrote at a registration, and an administrator's end of a client. */
async function leaveOldAndEndedClients(): Promise<void> {
  const table = (name: string) =>
    TableClient.fromConnectionString(sandbox.azurite.connectionString, name, { allowInsecureConnection: true })
  const row = { authMethod: 'client_secret_post', secretHash: 'aGFzaA' }
  await writeOldClient(table('clients'), 'dmi_AAAAAAAAAAAAAAAAAAAAAA', row)
  const ended = { partitionKey: 'client', rowKey: 'dmi_AAAAAAAAAAAAAAAAAAAAAA', clientId: 'dmi_AAAAAAAAAAAAAAAAAAAAAA' }
  await table('switches').createTable()
  await table('switches').createEntity({ ...ended, endedAt: new Date() })
}

/** A sign-in that Entra's own page ends, so that its row stays; a code that nobody redeems. */
async function leaveThingsUndone(): Promise<void> {
  sandbox.entra.behaviour(MARCUS, { refuse: { authorize: 'AADSTS50105' }, refuseBy: 'page' })
  await expect(createChatGpt({ mcpUrl: sandbox.mcpUrl }).connect(MARCUS)).rejects.toThrow('Sign-in ended at')
  sandbox.entra.reset()
  const impatient = createChatGpt({
    mcpUrl: sandbox.mcpUrl,
    onStep: ({ url, method }) => {
      if (url.endsWith('/oauth/callback') && method === 'GET') throw new Error('the tab was closed')
    },
  })
  await expect(impatient.connect(PRIYA)).rejects.toThrow('the tab was closed')
}

/** As `/manage` does; nobody comes after it. */
async function switchEverythingOff(): Promise<void> {
  const table = TableClient.fromConnectionString(sandbox.azurite.connectionString, 'switches', {
    allowInsecureConnection: true,
  })
  const row = { kind: 'everything', row: 'everything', since: Date.now(), message: 'Back at noon.' }
  await createSwitchesTable(table).put(row)
}

/** As `npm run reports` does: the app itself only reads them. */
async function leaveReports(): Promise<void> {
  const table = TableClient.fromConnectionString(sandbox.azurite.connectionString, 'reports', {
    allowInsecureConnection: true,
  })
  await table.createTable()
  await putEntry(table, 'report', 'own', '{}')
  await hideEntry(table, 'report', 'forecast-by-month')
}

const Preview = z.looseObject({ call: z.looseObject({ tool: z.string(), arguments: z.looseObject({}) }) })

/** Calls that are counted, a change among them; the counts follow within a second or two. */
async function leaveUsage(): Promise<void> {
  const chat = createChatGpt({ mcpUrl: sandbox.mcpUrl })
  await chat.connect(PRIYA, { scope: 'dynamics.read dynamics.write offline_access', tick: true })
  const table = TableClient.fromConnectionString(sandbox.azurite.connectionString, 'limits', {
    allowInsecureConnection: true,
  })
  const isThere = async () => {
    try {
      for await (const row of table.listEntities()) if ('writes' in row) return true
      return false
    } catch {
      return false
    }
  }
  // Where the hour ends before they are sent, nothing is left of it to send.
  for (const subject of ['Call back', 'Call once more']) {
    const asked = { entity: 'task', changes: [{ column: 'subject', to: subject }] }
    const { call } = Preview.parse((await chat.callTool('preview_change', asked)).structuredContent)
    expect((await chat.callTool(call.tool, call.arguments)).isError).toBeFalsy()
    for (let tries = 0; tries < 100; tries += 1) {
      if (await isThere()) return
      await pause(100)
    }
  }
}

/** As the timer does an hour later, and of a client that has refreshed for a day. */
async function sweep(): Promise<void> {
  const { tables } = storesOf(sandbox.azurite.connectionString)
  const spent = { expiresAt: new Date(Date.now() + 1_000) }
  await tables.grants.createEntity({ partitionKey: 'spent', rowKey: 'refresh:aGFzaA', state: 'spent', ...spent })
  await foldSpent(tables.grants, 'spent', { hashes: ['aGFzaA'], ...spent }, () => true)
  await createSweeper(tables, Date.now).sweep(Date.now() + 30_000)
}

beforeAll(async () => {
  documented = readPage(await readFile('shared/storage/SCHEMA.md', 'utf8'))
  sandbox = await startSandbox({ settings: WRITING_MODE })
  const chat = createChatGpt({ mcpUrl: sandbox.mcpUrl })
  const { discovery, client, tokens } = await chat.connect(PRIYA)
  await chat.refresh()
  await chat.refresh()
  // A token that was replaced comes back, after the one that replaced it was used.
  await refreshTokens({ userAgent: 'schema' }, discovery, client, tokens.refresh_token ?? '')
  await leaveOldAndEndedClients()
  await leaveThingsUndone()
  await leaveReports()
  await leaveUsage()
  await switchEverythingOff()
  await sweep()
  await dump()
}, 60_000)
afterAll(() => sandbox.close())

describe('SCHEMA.md', () => {
  test('names every column that is stored, with its type', () => {
    expect([...stored].filter((one) => !documented.has(one))).toEqual([])
    expect(stored.size).toBeGreaterThan(30)
  })

  test('names no column that is not stored', () => {
    expect([...documented].filter((one) => !stored.has(one))).toEqual([])
  })
})
