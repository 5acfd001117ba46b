import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Arm } from '../../../sandbox/azure/arm/arm.ts'
import { DEPLOYER, deploy, inGroup, startSubscription, SUBSCRIPTION } from './subscription.ts'

const OFFICER = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
const VAULT = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-dev/providers/Microsoft.KeyVault/vaults/kv-one`
const ASSIGNMENTS = `${VAULT}/providers/Microsoft.Authorization/roleAssignments`

let server: Server
let arm: Arm

beforeAll(async () => {
  arm = startSubscription({
    authenticate: async (token) => {
      if (token === 'olga') return DEPLOYER
      if (token === 'somebody') return { objectId: 'somebody', name: 'somebody@contoso.example' }
      throw new Error('the signature is wrong')
    },
  }).arm
  await deploy(
    arm,
    inGroup({
      v: {
        type: 'Microsoft.KeyVault/vaults',
        apiVersion: '2025-05-01',
        name: 'kv-one',
        location: 'westeurope',
        properties: {},
      },
    }),
  )
  server = createServer(arm.handler).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
})
afterAll(() => void server.close())

const ask = async (method: string, path: string, { token = 'olga', body }: { token?: string; body?: unknown } = {}) => {
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}${path}${path.includes('?') ? '&' : '?'}api-version=2022-04-01`
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

describe('management.azure.com', () => {
  test('wants a bearer and an api-version', async () => {
    const { port } = server.address() as AddressInfo
    expect((await fetch(`http://127.0.0.1:${port}${VAULT}?api-version=1`)).status).toBe(401)
    expect(await ask('GET', VAULT, { token: 'forged' })).toMatchObject({
      status: 401,
      body: { error: { code: 'InvalidAuthenticationToken' } },
    })
    const bare = await fetch(`http://127.0.0.1:${port}${VAULT}`, { headers: { authorization: 'Bearer olga' } })
    expect(await bare.json()).toMatchObject({ error: { code: 'MissingApiVersionParameter' } })
  })

  test('gives, lists and takes back a right, and only to whoever may', async () => {
    const properties = {
      principalId: DEPLOYER.objectId,
      principalType: 'User',
      roleDefinitionId: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${OFFICER}`,
    }
    const path = `${ASSIGNMENTS}/33333333-1111-4111-8111-111111111111`
    expect(await ask('PUT', path, { token: 'somebody', body: { properties } })).toMatchObject({
      status: 403,
      body: { error: { code: 'AuthorizationFailed' } },
    })
    expect(await ask('PUT', path, { body: { properties } })).toMatchObject({ status: 201 })
    const filter = encodeURIComponent(`principalId eq '${DEPLOYER.objectId}'`)
    const listed = await ask('GET', `${ASSIGNMENTS}?$filter=${filter}`)
    expect(listed.body.value).toHaveLength(2)
    expect(listed.body.value).toContainEqual(expect.objectContaining({ id: path }))
    expect(await ask('DELETE', path)).toMatchObject({ status: 200 })
    expect(await ask('DELETE', path)).toMatchObject({ status: 204 })
  })

  test.each<[string, string, number, object]>([
    ['GET', VAULT, 200, { name: 'kv-one', properties: { vaultUri: 'https://kv-one.vault.azure.net/' } }],
    ['GET', `${VAULT}x`, 404, { error: { code: 'ResourceNotFound' } }],
    ['GET', `/subscriptions/${SUBSCRIPTION}`, 200, { subscriptionId: SUBSCRIPTION }],
    [
      'GET',
      `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-dev/providers/Microsoft.KeyVault/vaults`,
      200,
      { value: [{ name: 'kv-one' }] },
    ],
    [
      'GET',
      `/subscriptions/${SUBSCRIPTION}/resources?$filter=resourceType eq 'Microsoft.KeyVault/vaults'`,
      200,
      { value: [{ name: 'kv-one' }] },
    ],
    ['GET', `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.App`, 200, { registrationState: 'NotRegistered' }],
    [
      'POST',
      `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.App/register`,
      200,
      { registrationState: 'Registered' },
    ],
    [
      'GET',
      `/providers/Microsoft.Authorization/roleDefinitions?$filter=roleName eq 'Key Vault Secrets Officer'`,
      200,
      { value: [{ name: OFFICER }] },
    ],
    ['GET', `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.KeyVault/deletedVaults`, 200, { value: [] }],
    ['PATCH', VAULT, 400, { error: { code: 'InvalidRequestContent' } }],
    ['PATCH', `${VAULT}x`, 404, { error: { code: 'ResourceNotFound' } }],
  ])('%s %s', async (method, path, status, body) => {
    expect(await ask(method, path)).toMatchObject({ status, body })
  })
})
