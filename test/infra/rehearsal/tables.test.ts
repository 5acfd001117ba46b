import { odata, type RestError, TableClient } from '@azure/data-tables'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { ROLES } from '../../sandbox/azure/access/role-definitions.ts'
import type { RoleAssignment } from '../../sandbox/azure/access/role-assignments.ts'
import { type Front, startFront } from '../../sandbox/azure/front/front.ts'
import { keepAzurites } from '../../sandbox/azure/tables/servers.ts'
import { startTables, type Tables } from '../../sandbox/azure/tables/tables.ts'
import { createTokenIssuer, TENANT_ID, type TokenIssuer } from './support/token-issuer.ts'

const ACCOUNT = 'sttokensabc'
const ID = `/subscriptions/s/resourceGroups/rg-a/providers/Microsoft.Storage/storageAccounts/${ACCOUNT}`
const URL_ = `https://${ACCOUNT}.table.core.windows.net`
const APP = 'app-oid'
const accounts = [{ name: ACCOUNT, id: ID, allowSharedKeyAccess: false, tables: ['grants', 'reports'] }]

let issuer: TokenIssuer
let tables: Tables
let front: Front
let leave: () => void
let assignments: RoleAssignment[] = []

const assign = (principalId: string, role: { id: string }, scope = ID) =>
  assignments.push({ scope, principalId, principalType: 'ServicePrincipal', roleDefinitionId: role.id, since: 0 })

beforeAll(async () => {
  issuer = await createTokenIssuer()
  front = await startFront({ routes: {} })
  tables = await startTables({
    accounts: () => accounts,
    tenantId: TENANT_ID,
    verify: issuer.verify,
    access: { roleAssignments: () => assignments, now: Date.now },
  })
  front.route('.table.core.windows.net', tables)
  leave = front.enter()
  await tables.sync()
})
afterAll(async () => {
  leave()
  await tables.close()
  await front.close()
})
beforeEach(() => {
  assignments = []
})

const clientOf = (oid: string, table = 'grants', aud = 'https://storage.azure.com') =>
  new TableClient(
    URL_,
    table,
    { getToken: async () => ({ token: await issuer.mint(aud, oid), expiresOnTimestamp: Date.now() + 3_600_000 }) },
    { retryOptions: { maxRetries: 0 } },
  )
/** `done`, or status and code of the refusal; that of a transaction stands in its message. */
const codeOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason as RestError & { details?: { odataError?: { code?: string } } },
  )
  if (!error) return 'done'
  return `${error.statusCode ?? ''} ${error.details?.odataError?.code ?? error.code ?? error.message}`
}

test('Azure’s own client works on the template’s tables: entities, ETags, transactions, queries', async () => {
  assign(APP, ROLES.storageTableDataContributor)
  const client = clientOf(APP)
  await client.createEntity({ partitionKey: 'a', rowKey: '1', value: 'x' })
  const read = await client.getEntity<{ value: string }>('a', '1')
  await client.submitTransaction([
    ['update', { partitionKey: 'a', rowKey: '1', value: 'y' }, 'Merge', { etag: read.etag }],
    ['create', { partitionKey: 'a', rowKey: '2', value: 'z' }],
  ])
  const rows = []
  for await (const row of client.listEntities({ queryOptions: { filter: odata`PartitionKey eq ${'a'}` } }))
    rows.push(row['value'])
  expect(rows).toEqual(['y', 'z'])
  expect(await codeOf(client.deleteEntity('a', '1', { etag: read.etag }))).toBe('412 UpdateConditionNotSatisfied')
  expect(await codeOf(clientOf(APP, 'switches').createEntity({ partitionKey: 'a', rowKey: '1' }))).toBe(
    '404 TableNotFound',
  )
})

describe('who may do what', () => {
  const write = (oid: string, table?: string) =>
    codeOf(clientOf(oid, table).upsertEntity({ partitionKey: 'w', rowKey: oid }))
  const CASES: [string, () => unknown, () => Promise<string>, string][] = [
    ['nobody without a role', () => undefined, () => write('p'), '403 AuthorizationPermissionMismatch'],
    [
      'Owner has no right to data',
      () => assign('p', ROLES.owner),
      () => write('p'),
      '403 AuthorizationPermissionMismatch',
    ],
    [
      'a reader does not write',
      () => assign('p', ROLES.storageTableDataReader),
      () => write('p'),
      '403 AuthorizationPermissionMismatch',
    ],
    [
      'a role on one table writes there',
      () => assign('p', ROLES.storageTableDataContributor, `${ID}/tableServices/default/tables/reports`),
      () => write('p', 'reports'),
      'done',
    ],
    [
      'and nowhere else',
      () => assign('p', ROLES.storageTableDataContributor, `${ID}/tableServices/default/tables/reports`),
      () => write('p', 'grants'),
      '403 AuthorizationPermissionMismatch',
    ],
    [
      'nor by a transaction',
      () => assign('p', ROLES.storageTableDataReader),
      () => codeOf(clientOf('p').submitTransaction([['create', { partitionKey: 'b', rowKey: '1' }]])),
      '403 AuthorizationPermissionMismatch',
    ],
    [
      'a role on another account is none',
      () => assign('p', ROLES.storageTableDataContributor, `${ID}2`),
      () => write('p'),
      '403 AuthorizationPermissionMismatch',
    ],
    [
      'a token for the vault is none',
      () => assign('p', ROLES.storageTableDataContributor),
      () => codeOf(clientOf('p', 'grants', 'https://vault.azure.net').getEntity('a', '1')),
      '401 InvalidAuthenticationInfo',
    ],
    [
      'the account itself is an audience',
      () => assign('p', ROLES.storageTableDataContributor),
      () => codeOf(clientOf('p', 'grants', URL_).upsertEntity({ partitionKey: 'w', rowKey: 'x' })),
      'done',
    ],
  ]
  test.each(CASES)('%s', async (_name, arrange, act, code) => {
    arrange()
    expect(await act()).toEqual(code)
  })

  test('an account key is refused, as is no authentication at all', async () => {
    const key = TableClient.fromConnectionString(
      `DefaultEndpointsProtocol=https;AccountName=${ACCOUNT};AccountKey=${Buffer.from('k').toString('base64')};EndpointSuffix=core.windows.net`,
      'grants',
      { retryOptions: { maxRetries: 0 } },
    )
    expect(await codeOf(key.getEntity('a', '1'))).toBe('403 KeyBasedAuthenticationNotPermitted')
    const response = await fetch(`${URL_}/grants`)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer authorization_uri=https://login.microsoftonline.com/${TENANT_ID}/oauth2/authorize resource_id=https://storage.azure.com`,
    )
    await expect(fetch('https://sttokensxyz.table.core.windows.net/')).rejects.toMatchObject({
      cause: { code: 'ENOTFOUND' },
    })
  })
})

test('an account that is made again takes the Azurite of the one before it, and finds nothing of that', async () => {
  assign(APP, ROLES.storageTableDataContributor)
  const own = clientOf(APP, 'ofnotemplate')
  const client = clientOf(APP)
  await own.createTable()
  await client.upsertEntity({ partitionKey: 'before', rowKey: '1' })
  const end = keepAzurites()
  await tables.remove(ACCOUNT)
  await tables.sync()
  expect(await codeOf(client.getEntity('before', '1'))).toBe('404 ResourceNotFound')
  expect(await codeOf(own.getEntity('before', '1'))).toBe('404 TableNotFound')
  await client.upsertEntity({ partitionKey: 'after', rowKey: '1' })
  expect(await end()).toBe(0)
})
