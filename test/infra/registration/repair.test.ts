import { describe, expect, test } from '@jest/globals'
import type { Application } from '../../sandbox/entra/directory/types.ts'
import {
  type Changeable,
  ADA,
  ARGUMENTS,
  BASE_URL,
  BOB,
  IDENTITY,
  onlyApplication,
  SALES,
  startTenant,
  type Tenant,
} from './tenant.ts'

const ALL = [...ARGUMENTS, '--grant-consent', '--administrator', ADA.upn, '--assign', SALES.id, '--assign', BOB.upn]
const OTHER_IDENTITY = '99999999-9999-4999-8999-999999999999'
const CREDENTIAL = 'federated credential functions-identity'

/** All that the tenant holds of the registration, without what is new at each start. */
const stateOf = (tenant: Tenant): unknown => {
  const { directory } = tenant
  const application = onlyApplication(tenant)
  const principals = [...directory.servicePrincipals.values()].filter(({ appId }) => appId === application.appId)
  const text = JSON.stringify({
    application,
    principals,
    grants: [...directory.grants.values()].map(({ consentType, scope }) => ({ consentType, scope })),
    assignments: [...directory.appRoleAssignments.values()].map(({ appRoleId, principalId }) => ({
      appRoleId,
      principalId,
    })),
  })
  const ids = [application.id, application.appId, ...principals.map(({ id }) => id)]
  const fixed = [...ids, ...application.federatedIdentityCredentials.map(({ id }) => id)]
  return JSON.parse(fixed.reduce((all, id, index) => all.replaceAll(id, `id-${index}`), text))
}

const finished = async (): Promise<Tenant> => {
  const tenant = startTenant()
  await tenant.run(ALL)
  return tenant
}

describe('an administrator makes the registration', () => {
  test('at once complete; running it again writes nothing and says so', async () => {
    const tenant = startTenant()
    const first = await tenant.run(ALL)
    expect(first.text).toContain('made     application')
    expect(first.text).toContain(`azd env set ENTRA_EXISTING_CLIENT_ID ${onlyApplication(tenant).appId}`)
    expect(first.text).toContain('azd env set ENTRA_APP_MODE existing')
    expect(first.text).toContain('Consent for the whole tenant is given.')
    const again = await tenant.run(ALL)
    expect(again.writes).toEqual([])
    expect(again.text).not.toMatch(/^ {2}(made|changed)/m)
    expect(again.text.match(/already as it should be/g)?.length).toBeGreaterThan(15)
    expect(again.attentions).toEqual([])
  })

  test('without --grant-consent it names what lacks consent and the address that gives it', async () => {
    const { text, clientId } = await startTenant().run()
    expect(text).toContain('Microsoft Graph: User.Read openid profile email offline_access')
    expect(text).toContain('Dataverse: user_impersonation')
    expect(text).toContain('the app itself: MCP.Access')
    expect(text).toContain(`/adminconsent?client_id=${clientId ?? ''}`)
  })

  test('a dry run writes nothing, where there is nothing and where something drifted', async () => {
    const empty = startTenant()
    const nothing = await empty.run([...ALL, '--dry-run'])
    expect([nothing.writes, empty.directory.applications.size]).toEqual([[], 0])
    expect(nothing.text).toContain('would make    application')
    const tenant = await finished()
    onlyApplication(tenant).web.redirectUris = []
    const drifted = await tenant.run([...ALL, '--dry-run'])
    expect(drifted.writes).toEqual([])
    expect(drifted.text).toContain('would change  redirect addresses')
  })
})

describe('half-made states are finished', () => {
  const halves: [string, (tenant: Tenant) => void][] = [
    [
      'no enterprise application',
      ({ directory }) => {
        const { appId } = [...directory.applications.values()][0]!
        const principal = [...directory.servicePrincipals.values()].find((one) => one.appId === appId)!
        directory.servicePrincipals.delete(principal.id)
        directory.grants.clear()
        directory.appRoleAssignments.clear()
      },
    ],
    [
      'no federated credential',
      (tenant) => {
        onlyApplication(tenant).federatedIdentityCredentials = []
      },
    ],
    [
      'one grant of three',
      ({ directory }) => [...directory.grants.keys()].slice(1).forEach((id) => directory.grants.delete(id)),
    ],
    ['nobody assigned', ({ directory }) => directory.appRoleAssignments.clear()],
    [
      'only what the first request makes',
      (tenant) => {
        const application = onlyApplication(tenant)
        application.appRoles = []
        application.requiredResourceAccess = []
        application.api.preAuthorizedApplications = []
        application.web.redirectUris = []
        application.optionalClaims = null
        tenant.directory.appRoleAssignments.clear()
      },
    ],
  ]
  test.each(halves)('%s', async (_what, take) => {
    const tenant = await finished()
    const whole = stateOf(await finished())
    take(tenant)
    const run = await tenant.run(ALL)
    expect(run.writes.every(({ status }) => status < 300)).toBe(true)
    expect(stateOf(tenant)).toEqual(whole)
    expect((await tenant.run(ALL)).writes).toEqual([])
  })
})

describe('drift is repaired, and said', () => {
  const drifts: [string, (application: Changeable<Application>) => void, string][] = [
    [
      'another managed identity',
      (one) => {
        one.federatedIdentityCredentials[0]!.subject = OTHER_IDENTITY
      },
      `${CREDENTIAL}: trusted “${OTHER_IDENTITY}”`,
    ],
    [
      'another audience',
      (one) => {
        one.federatedIdentityCredentials[0]!.audiences = ['api://other']
      },
      CREDENTIAL,
    ],
    [
      'another address',
      (one) => {
        one.web.redirectUris = ['https://old.example/oauth/callback']
      },
      'removed https://old.example/oauth/callback',
    ],
    [
      'an address added by somebody',
      (one) => {
        one.web.redirectUris.push('https://evil.example/cb')
      },
      'removed https://evil.example/cb',
    ],
    [
      'a browser address',
      (one) => {
        one.spa.redirectUris = ['https://evil.example/spa']
      },
      'removed https://evil.example/spa',
    ],
    [
      'a device address',
      (one) => {
        one.publicClient.redirectUris = ['http://localhost']
      },
      'removed http://localhost',
    ],
    [
      'a public client',
      (one) => {
        one.isFallbackPublicClient = true
      },
      'redirect addresses',
    ],
    [
      'implicit tokens',
      (one) => {
        one.web.implicitGrantSettings.enableAccessTokenIssuance = true
      },
      'redirect addresses',
    ],
    [
      'every tenant admitted',
      (one) => {
        one.signInAudience = 'AzureADMultipleOrgs'
      },
      'accounts of this tenant only',
    ],
    [
      'a stranger preauthorised',
      (one) => {
        one.api.preAuthorizedApplications.push({
          appId: OTHER_IDENTITY,
          delegatedPermissionIds: [one.api.oauth2PermissionScopes[0]!.id],
        })
      },
      `removed ${OTHER_IDENTITY}`,
    ],
    [
      'more permissions asked for',
      (one) => {
        one.requiredResourceAccess[0]!.resourceAccess.push({ id: OTHER_IDENTITY, type: 'Role' })
      },
      `removed Role ${OTHER_IDENTITY}`,
    ],
    [
      'less permissions asked for',
      (one) => {
        one.requiredResourceAccess.pop()
      },
      'requested permissions',
    ],
    [
      'claims lost',
      (one) => {
        one.optionalClaims = null
      },
      'optional claims email, upn',
    ],
    [
      'the scope disabled',
      (one) => {
        one.api.oauth2PermissionScopes[0]!.isEnabled = false
      },
      'scope MCP.Access',
    ],
    [
      'the scope renamed for people',
      (one) => {
        one.api.oauth2PermissionScopes[0]!.userConsentDisplayName = 'x'
      },
      'scope MCP.Access',
    ],
    [
      'tokens of version 1',
      (one) => {
        one.api.requestedAccessTokenVersion = null
      },
      'scope MCP.Access',
    ],
    [
      'a role for people only',
      (one) => {
        one.appRoles[1]!.allowedMemberTypes = ['User']
      },
      'app roles',
    ],
    [
      'another name',
      (one) => {
        one.displayName = 'x'
      },
      'display name',
    ],
  ]
  test.each(drifts)('%s', async (_what, drift, said) => {
    const tenant = await finished()
    const whole = stateOf(tenant)
    drift(onlyApplication(tenant))
    expect(stateOf(tenant)).not.toEqual(whole)
    const run = await tenant.run(ALL)
    expect(run.text).toMatch(/^ {2}changed/m)
    expect(run.text).toContain(said)
    expect(stateOf(tenant)).toEqual(whole)
  })

  test('whoever is not assigned may not sign in, unless everyone may', async () => {
    const tenant = await finished()
    const required = () =>
      [...tenant.directory.servicePrincipals.values()].find(({ appId }) => appId === onlyApplication(tenant).appId)
        ?.appRoleAssignmentRequired
    expect(required()).toBe(true)
    expect((await tenant.run([...ALL, '--everyone'])).text).toContain('changed  enterprise application, for everyone')
    expect(required()).toBe(false)
    await tenant.run(ALL)
    expect(required()).toBe(true)
  })

  test('scopes and roles of others stay, and ours keep the ids that consent was given to', async () => {
    const tenant = await finished()
    const application = onlyApplication(tenant)
    const [own] = application.api.oauth2PermissionScopes
    const foreign = { ...own!, id: OTHER_IDENTITY, value: 'Other.Read' }
    application.api.oauth2PermissionScopes = [foreign, { ...own!, id: BOB.oid }]
    application.api.preAuthorizedApplications[0]!.delegatedPermissionIds = [BOB.oid]
    application.requiredResourceAccess.at(-1)!.resourceAccess[0]!.id = BOB.oid
    expect((await tenant.run(ALL)).writes).toEqual([])
    application.api.oauth2PermissionScopes[1]!.isEnabled = false
    const run = await tenant.run(ALL)
    expect(run.writes).toHaveLength(1)
    expect(onlyApplication(tenant).api.oauth2PermissionScopes.map(({ id, isEnabled }) => [id, isEnabled])).toEqual([
      [OTHER_IDENTITY, true],
      [BOB.oid, true],
    ])
  })

  test('an address with a slash at its end is the same address', async () => {
    const tenant = await finished()
    const args = ALL.map((one) => (one === BASE_URL ? `${BASE_URL}/` : one === IDENTITY ? IDENTITY.toUpperCase() : one))
    expect((await tenant.run(args)).writes).toEqual([])
  })
})
