import { describe, expect, test } from '@jest/globals'
import { ArmError } from '../../../sandbox/azure/arm/errors.ts'
import type { CONTROL_ROLES } from '../../../sandbox/azure/arm/access/roles.ts'
import { DEPLOYER, deploy, GROUP, inGroup, nested, startSubscription, SUBSCRIPTION, template } from './subscription.ts'

const SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6'
const ROLE_ID = (guid: string): string =>
  `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${guid}`
const resource = (type: string, name: string, properties: object = {}, rest: object = {}): object => ({
  type,
  apiVersion: '2025-01-01',
  name,
  location: 'westeurope',
  properties,
  ...rest,
})
const vault = (properties: object = {}): object =>
  resource('Microsoft.KeyVault/vaults', 'kv-one', { tenantId: 't', ...properties })
const assignment = (properties: object, name = '11111111-1111-4111-8111-111111111111'): object => ({
  type: 'Microsoft.Authorization/roleAssignments',
  apiVersion: '2022-04-01',
  name,
  properties: { roleDefinitionId: ROLE_ID(SECRETS_USER), ...properties },
})

const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ArmError)) throw new Error(`not refused by ArmError: ${String(error)}`)
  return error.lines().join('\n')
}

describe('parameters', () => {
  const declare = (parameters: object): unknown => template({ group: GROUP }, { parameters })
  test.each<[string, object, object, string]>([
    ['a missing one', { a: { type: 'string' } }, {}, "The value for the template parameter 'a' is not provided"],
    ['an unknown one', {}, { b: 1 }, "parameters 'b' in the parameters file are not valid"],
    ['text for a number', { a: { type: 'int' } }, { a: '512' }, "Expected 'Integer'. Actual 'String'"],
    ['a number for a text', { a: { type: 'string' } }, { a: 1 }, "Expected 'String'. Actual 'Integer'"],
    [
      'one that is not allowed',
      { a: { type: 'int', allowedValues: [512, 2048] } },
      { a: 700 },
      "not part of the allowed value(s): '512,2048'",
    ],
    ['too short', { a: { type: 'string', minLength: 36 } }, { a: 'x' }, "greater than or equal to '36'"],
    ['too long', { a: { type: 'string', maxLength: 1 } }, { a: 'xy' }, "less than or equal to '1'"],
    ['too small', { a: { type: 'int', minValue: 30 } }, { a: 7 }, "'7' is outside '30'"],
    [
      'a member of the wrong type',
      { a: { type: 'object', additionalProperties: { type: 'string' } } },
      { a: { b: true } },
      "Expected 'String'",
    ],
    [
      'a missing member',
      { a: { type: 'object', properties: { b: { type: 'string' } } } },
      { a: {} },
      "'a.b' is missing",
    ],
    ['null where it may not be', { a: { type: 'string' } }, { a: null }, "Actual 'Null'"],
  ])('%s', async (_, declared, given, message) => {
    const { arm } = startSubscription()
    expect(await refusal(deploy(arm, declare(declared), given))).toContain(message)
    expect(arm.resources()).toEqual([])
    expect(arm.deployments()).toEqual([])
  })

  test('defaults may name other parameters, and a nullable one may be left out', async () => {
    const { arm } = startSubscription()
    const parameters = {
      a: { type: 'string', defaultValue: 'x' },
      b: { type: 'string', defaultValue: "[concat(parameters('a'), 'y')]" },
      c: { type: 'string', nullable: true },
    }
    const outputs = {
      b: { type: 'string', value: "[parameters('b')]" },
      c: { type: 'string', nullable: true, value: "[parameters('c')]" },
    }
    const { outputs: made } = await deploy(arm, template({}, { parameters, outputs }))
    expect(made).toEqual({ b: { type: 'string', value: 'xy' }, c: { type: 'string', value: null } })
  })
})

describe('templates', () => {
  test.each<[string, unknown, string]>([
    [
      'a circle',
      template({ a: { ...GROUP, name: 'a', dependsOn: ['b'] }, b: { ...GROUP, name: 'b', dependsOn: ['a'] } }),
      'Circular dependency detected',
    ],
    [
      'a group that is not there',
      template({ inner: { ...(nested({ v: vault() }) as object), dependsOn: [] } }),
      'ResourceGroupNotFound',
    ],
    [
      'a parent that is not there',
      inGroup({ t: resource('Microsoft.Storage/storageAccounts/tableServices', 'sta/default') }),
      'ParentResourceNotFound',
    ],
    [
      'a name with too few segments',
      inGroup({ t: resource('Microsoft.Storage/storageAccounts/tableServices', 'sta') }),
      'incorrect segment lengths',
    ],
    [
      'an existing resource that is not there',
      inGroup(
        { v: { type: 'Microsoft.KeyVault/vaults', apiVersion: '2025-05-01', existing: true, name: 'kv-none' } },
        { outputs: { uri: { type: 'string', value: "[reference('v').vaultUri]" } } },
      ),
      "Resource 'Microsoft.KeyVault/vaults/kv-none' under resource group 'rg-dev' was not found",
    ],
    ['an unknown function', template({ group: { ...GROUP, name: "[wish('x')]" } }), "function 'wish' is not valid"],
    [
      'a wrong storage name',
      inGroup({ s: resource('Microsoft.Storage/storageAccounts', 'Not-Good') }),
      'AccountNameInvalid',
    ],
    [
      'a site without its plan',
      inGroup({ s: resource('Microsoft.Web/sites', 'func-x', { serverFarmId: '/none' }) }),
      'Cannot find ServerFarm',
    ],
    [
      'a setting that is no text',
      inGroup({
        p: resource('Microsoft.Web/serverfarms', 'plan'),
        s: resource(
          'Microsoft.Web/sites',
          'func-x',
          { serverFarmId: "[resourceId('Microsoft.Web/serverfarms', 'plan')]" },
          { dependsOn: ['p'] },
        ),
        c: resource('Microsoft.Web/sites/config', 'func-x/appsettings', { A: 1 }, { dependsOn: ['s'] }),
      }),
      "app setting 'A' must be a string",
    ],
  ])('%s', async (_, body, message) => {
    const { arm } = startSubscription()
    expect(await refusal(deploy(arm, body))).toContain(message)
  })

  test('a member or a type that the stand-in was not taught is an error of the rehearsal, not of Azure', async () => {
    const { arm } = startSubscription()
    await expect(deploy(arm, template({ group: { ...GROUP, zones: ['1'] } }))).rejects.toThrow(/zones/)
    await expect(deploy(arm, inGroup({ x: resource('Microsoft.Sql/servers', 'sql') }))).rejects.toThrow(
      /does not know Microsoft.Sql\/servers/,
    )
  })

  test('what was deployed before an error stays, and the history says Failed', async () => {
    const { arm } = startSubscription()
    await refusal(
      deploy(
        arm,
        inGroup({ v: vault(), s: resource('Microsoft.Storage/storageAccounts', 'NO', {}, { dependsOn: ['v'] }) }),
      ),
    )
    expect(arm.byType('Microsoft.KeyVault/vaults')).toHaveLength(1)
    expect(arm.deployments()).toMatchObject([{ state: 'Failed' }])
  })

  test('incremental: what a later template does not name stays', async () => {
    const { arm } = startSubscription()
    await deploy(arm, inGroup({ v: vault() }))
    const { changes } = await deploy(arm, template({ group: GROUP }))
    expect(changes).toMatchObject([{ kind: 'NoChange', name: 'rg-dev' }])
    expect(arm.byType('Microsoft.KeyVault/vaults')).toHaveLength(1)
  })

  test('what-if says what would come and leaves everything as it is', async () => {
    const { arm, principals } = startSubscription()
    const body = inGroup({ id: resource('Microsoft.ManagedIdentity/userAssignedIdentities', 'id-x') })
    const request = { name: 'x', location: 'westeurope', template: body, parameters: {}, caller: DEPLOYER }
    expect(await arm.whatIf(request)).toMatchObject([
      { kind: 'Create', name: 'rg-dev' },
      { kind: 'Create', name: 'id-x' },
    ])
    expect(arm.resources()).toEqual([])
    expect(principals.size).toBe(1)
    await arm.deploy(request)
    const changed = inGroup({
      id: resource('Microsoft.ManagedIdentity/userAssignedIdentities', 'id-x', {}, { tags: { a: 'b' } }),
    })
    expect((await arm.whatIf({ ...request, template: changed }))[1]).toMatchObject({
      kind: 'Modify',
      delta: [{ path: 'tags.a', after: 'b' }],
    })
  })
})

describe('vaults', () => {
  test.each<[string, object, object, string]>([
    ['purge protection off', {}, { enablePurgeProtection: false }, '"enablePurgeProtection" cannot be set to false'],
    [
      'another retention',
      { softDeleteRetentionInDays: 7 },
      { softDeleteRetentionInDays: 90 },
      '"softDeleteRetentionInDays" has been set already',
    ],
    ['soft delete off', {}, { enableSoftDelete: false }, '"enableSoftDelete" can be set to false only'],
  ])('%s is refused', async (_, first, second, message) => {
    const { arm } = startSubscription()
    await deploy(arm, inGroup({ v: vault(first) }))
    expect(await refusal(deploy(arm, inGroup({ v: vault(second) })))).toContain(message)
  })

  test('purge protection stays on where a later template leaves it out', async () => {
    const { arm } = startSubscription()
    await deploy(arm, inGroup({ v: vault({ enablePurgeProtection: true }) }))
    await deploy(arm, inGroup({ v: vault() }))
    expect(arm.byType('Microsoft.KeyVault/vaults')[0]?.properties['enablePurgeProtection']).toBe(true)
  })

  test('a deleted name stays taken until it is purged, and purge protection holds it to its day', async () => {
    const { arm, wait } = startSubscription()
    const body = inGroup({ v: vault({ enablePurgeProtection: true, softDeleteRetentionInDays: 7 }) })
    await deploy(arm, body)
    arm.deleteResource(`/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-dev`, DEPLOYER)
    expect(arm.resources()).toEqual([])
    expect(await refusal(deploy(arm, body))).toContain(
      'ConflictError: A vault with the same name already exists in deleted state',
    )
    expect(() => arm.purgeVault('kv-one', DEPLOYER)).toThrow(/purge protection/)
    wait(7 * 86_400_000)
    arm.purgeVault('kv-one', DEPLOYER)
    await expect(deploy(arm, body)).resolves.toMatchObject({ state: 'Succeeded' })
  })

  test('names of the whole world', async () => {
    const { arm } = startSubscription({
      taken: ['Microsoft.KeyVault/vaults/kv-one', 'Microsoft.Storage/storageAccounts/sttaken'],
    })
    expect(await refusal(deploy(arm, inGroup({ v: vault() })))).toContain('VaultAlreadyExists')
    expect(
      await refusal(deploy(arm, inGroup({ s: resource('Microsoft.Storage/storageAccounts', 'sttaken') }))),
    ).toContain('StorageAccountAlreadyTaken')
  })
})

describe('role assignments', () => {
  const other = 'eeeeeeee-0000-4000-8000-000000000001'
  const start = () => {
    const own = startSubscription()
    own.principals.set(other, 'ServicePrincipal')
    return own
  }
  const scoped = (properties: object, name?: string): unknown =>
    inGroup({
      v: vault(),
      r: {
        ...assignment(properties, name),
        scope: "[resourceId('Microsoft.KeyVault/vaults', 'kv-one')]",
        dependsOn: ['v'],
      },
    })

  test('the same again is no change; another principal under the same name is not allowed', async () => {
    const { arm } = start()
    await deploy(arm, scoped({ principalId: other, principalType: 'ServicePrincipal' }))
    expect(arm.roleAssignments()).toContainEqual(
      expect.objectContaining({
        principalId: other,
        roleDefinitionId: SECRETS_USER,
        scope: expect.stringMatching(/vaults\/kv-one$/),
      }),
    )
    const again = await deploy(arm, scoped({ principalId: other, principalType: 'ServicePrincipal' }))
    expect(again.changes.at(-1)).toMatchObject({ kind: 'NoChange' })
    expect(await refusal(deploy(arm, scoped({ principalId: DEPLOYER.objectId, principalType: 'User' })))).toContain(
      'RoleAssignmentUpdateNotPermitted',
    )
    expect(
      await refusal(
        deploy(
          arm,
          scoped({ principalId: other, principalType: 'ServicePrincipal' }, '22222222-1111-4111-8111-111111111111'),
        ),
      ),
    ).toContain('RoleAssignmentExists')
  })

  test.each<[string, object, string]>([
    [
      'a service principal called a user',
      { principalId: other, principalType: 'User' },
      "UnmatchedPrincipalType: The PrincipalId 'eeeeeeee000040008000000000000001' has type 'ServicePrincipal'",
    ],
    ['nobody', { principalId: 'ffffffff-0000-4000-8000-000000000001', principalType: 'User' }, 'PrincipalNotFound'],
    [
      'a role that is none',
      {
        principalId: other,
        principalType: 'ServicePrincipal',
        roleDefinitionId: ROLE_ID('ffffffff-0000-4000-8000-000000000001'),
      },
      'RoleDefinitionDoesNotExist',
    ],
  ])('%s', async (_, properties, message) => {
    const { arm } = start()
    expect(await refusal(deploy(arm, scoped(properties)))).toContain(message)
  })

  test('a principal that has just come to be is found only by its type', async () => {
    const { arm } = start()
    const identity = resource('Microsoft.ManagedIdentity/userAssignedIdentities', 'id-x')
    const grant = (type: object): unknown =>
      inGroup({
        id: identity,
        r: { ...assignment({ principalId: "[reference('id').principalId]", ...type }), dependsOn: ['id'] },
      })
    expect(await refusal(deploy(arm, grant({})))).toContain('PrincipalNotFound')
    await expect(deploy(arm, grant({ principalType: 'ServicePrincipal' }))).resolves.toMatchObject({
      state: 'Succeeded',
    })
  })

  test('with a resource go the rights on it', async () => {
    const { arm } = start()
    await deploy(arm, scoped({ principalId: other, principalType: 'ServicePrincipal' }))
    arm.deleteResource(`/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-dev`, DEPLOYER)
    expect(arm.roleAssignments().map(({ principalId }) => principalId)).toEqual([DEPLOYER.objectId])
  })
})

describe('the rights of whoever deploys', () => {
  const rights = (role: keyof typeof CONTROL_ROLES) => ({ rights: [{ principalId: DEPLOYER.objectId, role }] })
  const grant = inGroup({ v: vault(), r: assignment({ principalId: DEPLOYER.objectId, principalType: 'User' }) })

  test.each<[keyof typeof CONTROL_ROLES, string]>([
    ['contributor', "does not have permission to perform action 'Microsoft.Authorization/roleAssignments/write'"],
    [
      'userAccessAdministrator',
      "does not have authorization to perform action 'Microsoft.Resources/deployments/write'",
    ],
    ['reader', "does not have authorization to perform action 'Microsoft.Resources/deployments/write'"],
  ])('%s: refused before anything is made', async (role, message) => {
    const { arm } = startSubscription(rights(role))
    const text = await refusal(deploy(arm, grant))
    expect(text).toContain('AuthorizationFailed')
    expect(text).toContain(message)
    expect(arm.resources()).toEqual([])
  })

  test('a contributor deploys what grants nothing, and both roles together deploy all', async () => {
    const { arm } = startSubscription(rights('contributor'))
    await expect(deploy(arm, inGroup({ v: vault() }))).resolves.toMatchObject({ state: 'Succeeded' })
    const both = startSubscription({ rights: [...rights('contributor').rights, ...rights('rbacAdministrator').rights] })
    await expect(deploy(both.arm, grant)).resolves.toMatchObject({ state: 'Succeeded' })
  })

  test('a provider is registered by the deployment, if the deployer may', async () => {
    const { arm } = startSubscription()
    await deploy(arm, inGroup({ v: vault() }))
    expect(arm.world.providers.has('microsoft.keyvault')).toBe(true)
  })

  test('a network needs Microsoft.App, which no resource names', async () => {
    const { arm } = startSubscription()
    const body = inGroup({
      p: resource('Microsoft.Web/serverfarms', 'plan'),
      s: resource(
        'Microsoft.Web/sites',
        'func-x',
        { serverFarmId: "[resourceId('Microsoft.Web/serverfarms', 'plan')]", virtualNetworkSubnetId: '/x' },
        { dependsOn: ['p'] },
      ),
    })
    expect(await refusal(deploy(arm, body))).toContain(
      "MissingSubscriptionRegistration: The subscription is not registered to use namespace 'Microsoft.App'",
    )
  })

  test('a lock holds what is below it', async () => {
    const { arm } = startSubscription()
    await deploy(
      arm,
      inGroup({
        v: vault(),
        lock: {
          type: 'Microsoft.Authorization/locks',
          apiVersion: '2020-05-01',
          name: 'keep',
          properties: { level: 'CanNotDelete' },
        },
      }),
    )
    const id = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-dev`
    expect(() => arm.deleteResource(id, DEPLOYER)).toThrow(/Please remove the lock/)
    arm.deleteResource(`${id}/providers/Microsoft.Authorization/locks/keep`, DEPLOYER)
    expect(arm.deleteResource(id, DEPLOYER)).toHaveLength(2)
  })
})
