import { beforeAll, describe, expect, test } from '@jest/globals'
import { merge } from '../../../infra/entra/register/compare.ts'
import { uniqueNameOf } from '../../../infra/entra/register/description.ts'
import { scopesOf, servicePrincipalOf } from '../../sandbox/entra/directory/queries.ts'
import { findBicep } from '../bicep-cli.ts'
import { differences, oneLeafChanged } from './differences.ts'
import { layer, resolve, type Known, type Resource } from './template.ts'
import { ADA, ARGUMENTS, onlyApplication, startTenant, SUBSCRIPTION, type Run, type Tenant } from './tenant.ts'

const WITH_ALL = [...ARGUMENTS, '--subscription', SUBSCRIPTION, '--grant-consent', '--administrator', ADA.upn]
const PARAMETERS = { grantAdminConsent: true, deployerPrincipalId: ADA.oid }

type Body = Readonly<Record<string, unknown>>
const bodiesTo = (run: Run, url: RegExp): Body[] =>
  run.writes.filter((write) => url.test(write.url)).map(({ body }) => JSON.parse(body) as Body)

/** What the Graph extension does with the template's resources: it upserts each by its key. */
const deploy = async (tenant: Tenant, resources: readonly Resource[]): Promise<void> => {
  const headers = { authorization: 'Bearer good', prefer: 'create-if-missing', 'content-type': 'application/json' }
  for (const { type, properties } of resources) {
    const clientId = [...tenant.directory.applications.values()][0]?.appId ?? ''
    const { uniqueName, appId, name, ...rest } = resolve(properties, { directory: tenant.directory, clientId }) as Body
    const [application, credential] = String(name).split('/')
    const method = /Grants|AssignedTo/.test(type) ? 'POST' : 'PATCH'
    const path: Record<string, string> = {
      applications: `/applications(uniqueName='${String(uniqueName)}')`,
      servicePrincipals: `/servicePrincipals(appId='${String(appId)}')`,
      'applications/federatedIdentityCredentials': `/applications(uniqueName='${application ?? ''}')/federatedIdentityCredentials(name='${credential ?? ''}')`,
      oauth2PermissionGrants: '/oauth2PermissionGrants',
      appRoleAssignedTo: `/servicePrincipals/${String(rest['resourceId'])}/appRoleAssignedTo`,
    }
    const url = `/v1.0${path[/^Microsoft\.Graph\/(.*)@v1\.0$/.exec(type)?.[1] ?? ''] ?? type}`
    const { status, body } = await tenant.graph.call({ method, url, headers, body: JSON.stringify(rest) })
    if (status >= 300) throw new Error(`${type}: ${status} ${JSON.stringify(body)}`)
  }
}

const bicep = await findBicep()
const withBicep = bicep.available ? test : test.skip

describe('what the template sends and what the script sends', () => {
  let resources: readonly Resource[] = []
  let run: Run
  let tenant: Tenant
  let known: Known
  beforeAll(async () => {
    tenant = startTenant()
    run = await tenant.run(WITH_ALL)
    known = { directory: tenant.directory, clientId: run.clientId ?? '' }
    if (bicep.available) resources = (await layer(PARAMETERS)).resources
  }, 180_000)

  const ofType = (type: string): Body[] =>
    resources
      .filter((one) => one.type === `Microsoft.Graph/${type}@v1.0`)
      .map(({ properties }) => resolve(properties, known) as Body)
  withBicep('make the application by the same first request', () => {
    const [first] = ofType('applications')
    const { uniqueName, ...rest } = first!
    expect(uniqueName).toBe(uniqueNameOf('contoso-prod', SUBSCRIPTION))
    expect(run.writes[0]?.url).toBe(`/v1.0/applications(uniqueName='${String(uniqueName)}')`)
    expect(run.writes[0]?.prefer).toBe('create-if-missing')
    expect(differences(rest, JSON.parse(run.writes[0]?.body ?? ''))).toEqual([])
  })

  withBicep('complete it to the same registration, member by member', () => {
    const { uniqueName: _key, ...template } = ofType('applications')[1]!
    const script = merge(bodiesTo(run, /^\/v1\.0\/applications(\(|\/[^/]+$)/))
    expect(differences(template, script)).toEqual([])
    const leaves = oneLeafChanged(template)
    expect(leaves.length).toBeGreaterThan(50)
    for (const { path, changed } of leaves) expect([path, differences(changed, script).length]).not.toEqual([path, 0])
  })

  withBicep('declare nothing first that is not declared the same again', () => {
    const [first, second] = ofType('applications')
    const names = differences(first, second).filter((difference) => !difference.endsWith('only one side has it'))
    expect(names).toEqual([])
    expect(Object.keys(first!).filter((name) => !(name in second!))).toEqual([])
  })

  withBicep('trust the same identity', () => {
    const [{ name, ...rest } = { name: '' }] = ofType('applications/federatedIdentityCredentials')
    const [body] = bodiesTo(run, /federatedIdentityCredentials$/)
    expect(differences({ ...rest, name: String(name).split('/')[1] }, body)).toEqual([])
  })

  withBicep('make the same enterprise application', () => {
    expect(differences(ofType('servicePrincipals'), bodiesTo(run, /servicePrincipals$/))).toEqual([])
  })

  withBicep('grant the same, and exactly what is listed', () => {
    expect(differences(ofType('oauth2PermissionGrants'), bodiesTo(run, /oauth2PermissionGrants$/))).toEqual([])
    const listed = onlyApplication(tenant).requiredResourceAccess.map(({ resourceAppId, resourceAccess }) => {
      const principal = servicePrincipalOf(tenant.directory, resourceAppId)!
      const scopes = scopesOf(tenant.directory, principal)
      const words = resourceAccess.map(({ id }) => scopes.find((scope) => scope.id === id)?.value)
      return `${principal.id}: ${words.sort().join(' ')}`
    })
    const granted = [...tenant.directory.grants.values()].map(
      ({ resourceId, scope }) => `${resourceId}: ${scope.split(' ').sort().join(' ')}`,
    )
    expect(listed.sort()).toEqual(granted.sort())
  })

  withBicep('give the role Administrator to the same person', () => {
    expect(differences(ofType('appRoleAssignedTo'), bodiesTo(run, /appRoleAssignedTo$/))).toEqual([])
  })

  withBicep('the script has nothing to do where the template was deployed, once and again', async () => {
    const other = startTenant()
    await deploy(other, resources)
    const again = await other.run(WITH_ALL)
    expect(again.writes).toEqual([])
    expect(again.text).not.toMatch(/ (made|changed) /)
    expect(again.attentions).toEqual([])
  })

  withBicep('a second deployment takes nothing away at any moment', async () => {
    const other = startTenant()
    await deploy(other, resources)
    const before = JSON.stringify(onlyApplication(other))
    for (const resource of resources.filter(({ type }) => type.startsWith('Microsoft.Graph/applications@'))) {
      await deploy(other, [resource])
      expect(JSON.stringify(onlyApplication(other))).toBe(before)
    }
  })

  withBicep(
    'mode existing deploys nothing and hands the id on; without a deployer nobody is assigned',
    async () => {
      const clientId = '55555555-5555-4555-8555-555555555555'
      const existing = await layer({ entraAppMode: 'existing', existingClientId: clientId, ...PARAMETERS })
      expect(existing.resources).toEqual([])
      expect(existing.outputs).toEqual({ ENTRA_CLIENT_ID: clientId, ENTRA_API_SCOPE: `${clientId}/MCP.Access` })
      const { resources: few } = await layer({ ...PARAMETERS, assignAdministrator: false, grantAdminConsent: false })
      expect(few.filter(({ type }) => /AssignedTo|Grants/.test(type))).toEqual([])
    },
    180_000,
  )
})
