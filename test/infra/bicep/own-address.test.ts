import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { findBicep } from '../bicep-cli.ts'
import { ENTRY_FILES } from '../text-checks.ts'
import type { Template } from './build.ts'
import { checkLayers } from './check-layers.ts'
import { type PredictedResource, snapshot } from './snapshot.ts'

jest.setTimeout(240_000)

const ID = '0a1b2c3d-0000-4000-8000-00000000000a'
const HOST = 'crm-mcp.contoso.com'
const PLATFORM = {
  environmentName: 'contoso',
  location: 'westeurope',
  resourceGroupName: 'rg-contoso',
  managedIdentityClientId: ID,
  managedIdentityPrincipalId: ID,
  entraTenantId: ID,
  entraClientId: ID,
  publicBaseUrl: 'https://func-x.azurewebsites.net',
  entraAuthorityHost: 'https://login.microsoftonline.com',
  dataverseUrl: 'https://contoso.crm4.dynamics.com',
  optionalSettings: {},
}
const PLACE = { subscriptionId: ID, tenantId: ID, location: 'westeurope', deploymentName: 'x' }

const bicep = await findBicep()
const withBicep = bicep.available ? test : test.skip
let layers: (Template | undefined)[] = []
beforeAll(async () => {
  if (bicep.available) layers = (await checkLayers(ENTRY_FILES)).map(({ template }) => template)
})
const platform = async (changes: object = {}): Promise<readonly PredictedResource[]> =>
  (await snapshot(layers[2] ?? { resources: [] }, { ...PLATFORM, ...changes }, PLACE)).predictedResources
const only = (resources: readonly PredictedResource[], type: string) => {
  const [found, ...more] = resources.filter((one) => one.type === `Microsoft.Web/${type}`)
  expect(more).toEqual([])
  return found
}

describe('the compiled platform', () => {
  withBicep('binds no host without TLS, whatever is set', () => {
    const text = JSON.stringify(layers)
    expect(text).toContain('Microsoft.Web/sites/hostNameBindings')
    expect([...text.matchAll(/"sslState":"(\w+)"/g)].map(([, state]) => state)).toEqual(['SniEnabled'])
  })

  withBicep('as deployed: no host, no certificate, no zones, open to whoever likes', async () => {
    const resources = await platform()
    expect(only(resources, 'sites/hostNameBindings')).toBeUndefined()
    expect(only(resources, 'sites/certificates')).toBeUndefined()
    expect(only(resources, 'serverfarms')?.properties).toMatchObject({ zoneRedundant: false })
    const site = only(resources, 'sites')?.properties
    expect(site).toMatchObject({ siteScopedCertificatesEnabled: true })
    expect(JSON.stringify(site)).not.toContain('ipSecurityRestrictions')
  })

  withBicep('with a host, zones and a front door: each in the one place that decides', async () => {
    const resources = await platform({ customDomain: HOST, zoneRedundant: true, frontDoorId: ID })
    expect(only(resources, 'sites/certificates')?.properties).toEqual({ canonicalName: HOST })
    expect(only(resources, 'sites/hostNameBindings')).toMatchObject({
      name: expect.stringMatching(new RegExp(`/${HOST}$`)),
      properties: { sslState: 'SniEnabled', thumbprint: expect.stringContaining('crm-mcp-contoso-com') },
    })
    expect(only(resources, 'serverfarms')?.properties).toMatchObject({ zoneRedundant: true })
    expect(only(resources, 'sites')?.properties).toMatchObject({
      siteConfig: {
        ipSecurityRestrictionsDefaultAction: 'Deny',
        ipSecurityRestrictions: [
          {
            action: 'Allow',
            tag: 'ServiceTag',
            ipAddress: 'AzureFrontDoor.Backend',
            headers: { 'x-azure-fdid': [ID] },
          },
        ],
        minTlsVersion: '1.2',
      },
    })
  })

  withBicep('a budget tells the owners where nobody else is told', async () => {
    const budgetOf = async (changes: object) => {
      const asked = { budgetAmount: 50, budgetStart: '2026-12-01', ...changes }
      const found = (await platform(asked)).find(({ type }) => type === 'Microsoft.Consumption/budgets')
      return JSON.stringify(found?.properties)
    }
    expect(await budgetOf({})).toContain('"contactRoles":["Owner"]')
    expect(await budgetOf({ alertEmail: 'ops@contoso.com' })).toContain('"contactRoles":[]')
  })
})
