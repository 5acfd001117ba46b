import { join } from 'node:path'
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { buildBicep } from '../../../../infra/rehearsal/azd/build.ts'
import { declaredParameters } from '../../../../infra/rehearsal/azd/layers/parameters.ts'
import { findBicep } from '../../bicep-cli.ts'
import { snapshot } from '../../bicep/snapshot.ts'
import type { Template } from '../../bicep/build.ts'
import type { Arm } from '../../../sandbox/azure/arm/arm.ts'
import type { Change } from '../../../sandbox/azure/arm/resources/write.ts'
import { DEPLOYER, startSubscription, SUBSCRIPTION, TENANT } from './subscription.ts'
import { startTenant, type Tenant } from './tenant.ts'

jest.setTimeout(240_000)

const INFRA = join(import.meta.dirname, '../../../../infra')
const bicep = await findBicep()
const withBicep = bicep.available ? describe : describe.skip

const templates: Record<'identity' | 'entra' | 'platform', unknown> = { identity: {}, entra: {}, platform: {} }
const compile = async (file: string): Promise<unknown> => (await buildBicep(join(INFRA, file))).template

const fromOutputs = (outputs: Record<string, { value: unknown }>, name: string): string => String(outputs[name]?.value)

/** Parameters that the compiled template has, so that this test does not name what a template no longer asks for. */
const only = (template: unknown, values: Record<string, unknown>): Record<string, never> => {
  const known = declaredParameters(template)
  return Object.fromEntries(Object.entries(values).filter(([name]) => known.has(name))) as Record<string, never>
}

const platformParameters = (
  identity: Record<string, { value: unknown }>,
  clientId: string,
  optionalSettings: Record<string, string>,
): Record<string, never> =>
  only(templates.platform, {
    environmentName: 'dev',
    location: 'westeurope',
    resourceGroupName: 'rg-dev',
    managedIdentityClientId: fromOutputs(identity, 'MANAGED_IDENTITY_CLIENT_ID'),
    managedIdentityPrincipalId: fromOutputs(identity, 'MANAGED_IDENTITY_PRINCIPAL_ID'),
    publicBaseUrl: fromOutputs(identity, 'PUBLIC_BASE_URL'),
    entraTenantId: TENANT,
    entraAuthorityHost: 'https://login.microsoftonline.com',
    entraClientId: clientId,
    dataverseUrl: 'https://contoso.crm4.dynamics.com',
    optionalSettings,
    keyOfficerPrincipalId: DEPLOYER.objectId,
  })

const OPTIONAL = { BRAND_NAME: 'Contoso', BRAND_LOGO: '', HTTP_STREAMS: '' }
const deployAll = async (
  arm: Arm,
  tenant: Tenant,
  grantAdminConsent: boolean,
  optionalSettings = OPTIONAL,
  more: object = {},
) => {
  const send = (name: string, template: unknown, parameters: Record<string, never>) =>
    arm.deploy({ name, location: 'westeurope', template, parameters, caller: DEPLOYER, graph: tenant.client })
  const identity = await send(
    'identity',
    templates.identity,
    only(templates.identity, { environmentName: 'dev', location: 'westeurope' }),
  )
  const entra = await send(
    'entra',
    templates.entra,
    only(templates.entra, {
      environmentName: 'dev',
      resourceGroupName: 'rg-dev',
      publicBaseUrl: fromOutputs(identity.outputs, 'PUBLIC_BASE_URL'),
      managedIdentityPrincipalId: fromOutputs(identity.outputs, 'MANAGED_IDENTITY_PRINCIPAL_ID'),
      deployerPrincipalId: DEPLOYER.objectId,
      grantAdminConsent,
    }),
  )
  const clientId = fromOutputs(entra.outputs, 'ENTRA_CLIENT_ID')
  const parameters = Object.assign(platformParameters(identity.outputs, clientId, optionalSettings), more)
  const platform = await send('platform', templates.platform, parameters)
  return { identity, entra, platform, parameters }
}

const settingsIn = (arm: Arm) =>
  arm.byType('Microsoft.Web/sites/config').find(({ name }) => name.endsWith('/appsettings'))?.properties

const kinds = (changes: readonly Change[]): string[] => [...new Set(changes.map(({ kind }) => kind))]

beforeAll(async () => {
  if (!bicep.available) return
  templates.identity = await compile('identity/main.bicep')
  templates.entra = await compile('entra/main.bicep')
  templates.platform = await compile('main.bicep')
})

withBicep("the project's own layers", () => {
  test('deploy one after the other, and a second time nothing changes', async () => {
    const tenant = startTenant()
    const { arm } = startSubscription({ principals: tenant.principals })
    const first = await deployAll(arm, tenant, true)
    expect(kinds(first.identity.changes)).toEqual(['Create'])
    expect(kinds(first.platform.changes)).toEqual(['Create'])
    expect([...tenant.directory.applications.values()]).toHaveLength(1)
    const second = await deployAll(arm, tenant, true)
    expect(kinds([...second.identity.changes, ...second.entra.changes, ...second.platform.changes])).toEqual([
      'NoChange',
    ])
    expect(second.platform.outputs).toEqual(first.platform.outputs)
  })

  test('the app gets settings that only run time knows, and empty ones are left out', async () => {
    const tenant = startTenant()
    const { arm } = startSubscription({ principals: tenant.principals })
    const { identity, platform } = await deployAll(arm, tenant, false)
    const settings = settingsIn(arm)
    expect(settings).toMatchObject({
      ENTRA_AUTHORITY_HOST: 'https://login.microsoftonline.com',
      KEY_VAULT_URL: fromOutputs(platform.outputs, 'KEY_VAULT_URL'),
      TABLES_ENDPOINT: expect.stringMatching(/^https:\/\/sttokens\w+\.table\.core\.windows\.net$/),
      MANAGED_IDENTITY_CLIENT_ID: fromOutputs(identity.outputs, 'MANAGED_IDENTITY_CLIENT_ID'),
      APPLICATIONINSIGHTS_CONNECTION_STRING: expect.stringMatching(/^InstrumentationKey=/),
      BRAND_NAME: 'Contoso',
    })
    expect(settings).not.toHaveProperty('BRAND_LOGO')
  })

  test.each([
    ['true', '', '--max-http-header-size=32768'],
    ['false', '', undefined],
    ['', '', undefined],
    ['', '--max-semi-space-size=4', '--max-semi-space-size=4'],
    ['true', '--max-semi-space-size=4', '--max-http-header-size=32768 --max-semi-space-size=4'],
  ])('HTTP_STREAMS=%s, WORKER_ARGUMENTS=%s: the worker’s are %s', async (HTTP_STREAMS, workerArguments, expected) => {
    const tenant = startTenant()
    const { arm } = startSubscription({ principals: tenant.principals })
    await deployAll(arm, tenant, false, { ...OPTIONAL, HTTP_STREAMS }, { workerArguments })
    const settings = settingsIn(arm) as Record<string, string>
    expect(settings['languageWorkers__node__arguments']).toBe(expected)
    expect(Object.keys(settings).filter((name) => !/^\w+$/.test(name))).toEqual([])
  })

  test('a deployer without a role in Entra is refused by Graph, in its words', async () => {
    const tenant = startTenant([])
    const { arm } = startSubscription({ principals: tenant.principals })
    await expect(deployAll(arm, tenant, true)).rejects.toMatchObject({ code: 'DeploymentFailed' })
    expect(arm.deployments()[0]?.error?.lines().join('\n')).toMatch(/Authorization_RequestDenied/)
  })

  test('bicep snapshot, which works templates out on its own, names the same resources with the same properties', async () => {
    const tenant = startTenant()
    const { arm } = startSubscription({ principals: tenant.principals })
    const { parameters, platform } = await deployAll(arm, tenant, false)
    const { predictedResources } = await snapshot(templates.platform as Template, parameters, {
      subscriptionId: SUBSCRIPTION,
      tenantId: TENANT,
      location: 'westeurope',
      deploymentName: 'platform',
    })
    const ids = platform.changes.map(({ id }) => id).sort()
    expect(predictedResources.map(({ id }) => id).sort()).toEqual(ids)
    // What only run time knows, or a secure parameter, stands in a snapshot as an expression; all else must be equal.
    for (const { id, properties, tags } of predictedResources) {
      const own = arm.resource(id)
      if (own === undefined || /reference\(|parameters\('/.test(JSON.stringify(properties ?? {}))) continue
      const declared = Object.fromEntries(Object.entries(properties ?? {}).filter(([, value]) => value !== null))
      expect({ id, properties: own.declared, tags: own.tags }).toEqual({ id, properties: declared, tags: tags ?? {} })
    }
  })
})
