import { afterEach, describe, expect, test } from '@jest/globals'
import { requiredPermissions } from '../../../infra/hooks/consent/ask-consent.ts'
import { consentAddress } from '../../../infra/hooks/consent/consent-address.ts'
import { entraPostprovision } from '../../../infra/hooks/steps/entra-postprovision.ts'
import { identityPreprovision } from '../../../infra/hooks/steps/identity-preprovision.ts'
import {
  type Answer,
  AZ,
  CLIENT,
  createStage,
  ME,
  OTHER,
  PROVISIONED,
  type Stage,
  type StageOptions,
  SUBSCRIPTION,
  TENANT,
  tokenOf,
} from './stage.ts'

let stage: Stage | undefined
const on = (options: StageOptions): Stage => (stage = createStage(options))
afterEach(() => stage?.close())

/** What azd and the person have set before anything was made. */
const FIRST = {
  AZURE_ENV_NAME: 'contoso',
  AZURE_SUBSCRIPTION_ID: SUBSCRIPTION,
  DATAVERSE_URL: PROVISIONED.DATAVERSE_URL,
}
const SCOPE = `--subscription ${SUBSCRIPTION} --output json`

describe('before layer identity', () => {
  test('a first run names tools, Dynamics and Azure, and makes the deployer key officer', async () => {
    const { context, said, calls } = on({ env: FIRST })
    await identityPreprovision(context)
    expect(said()).toContain('  ok       az 2.90.0')
    expect(said()).toContain('  ok       Dynamics: https://contoso.crm4.dynamics.com')
    expect(said()).toContain(
      `  ok       Azure: ada@contoso.com, tenant ${TENANT}, subscription Contoso (${SUBSCRIPTION})`,
    )
    expect(said()).toContain(`key officer: you (${ME})`)
    expect(calls()).toContain(`azd env set KEY_OFFICER_PRINCIPAL_ID ${ME} --no-prompt`)
    expect(calls()).toContain(`az account get-access-token --resource https://vault.azure.net ${SCOPE}`)
  })

  test.each<[string, Record<string, string>, string]>([
    [
      'keys exist and nobody is officer',
      { ...PROVISIONED, KEYS_CREATED: 'true' },
      'key officer: nobody; both keys exist',
    ],
    ['somebody is officer', { ...PROVISIONED, KEY_OFFICER_PRINCIPAL_ID: OTHER }, `key officer: ${OTHER}`],
  ])('%s: nothing is changed', async (_when, env, expected) => {
    const { context, said, calls } = on({ env })
    await identityPreprovision(context)
    expect(said()).toContain(expected)
    expect(calls().filter((call) => /env set|get-access-token/.test(call))).toEqual([])
  })

  test('after azd down, which forgets the vault but not KEYS_CREATED, there is an officer again', async () => {
    const { context, calls } = on({ env: { ...FIRST, KEYS_CREATED: 'true' } })
    await identityPreprovision(context)
    expect(calls()).toContain(`azd env set KEY_OFFICER_PRINCIPAL_ID ${ME} --no-prompt`)
  })

  test('a missing tool is named before anything else is looked at', async () => {
    const { context, calls } = on({ env: { ...FIRST, DATAVERSE_URL: '' }, az: 'missing' })
    await expect(identityPreprovision(context)).rejects.toThrow('missing  az')
    expect(calls().filter((call) => call.startsWith('az '))).toEqual([])
  })

  test.each<[string, Record<string, string>, string]>([
    [
      'Dynamics with a command in it',
      { DATAVERSE_URL: 'https:contoso.example;reboot' },
      'azd env set DATAVERSE_URL https://<organisation>.crm4.dynamics.com\n',
    ],
    [
      'Dynamics with a substitution in it',
      { DATAVERSE_URL: 'contoso$(reboot).example' },
      'azd env set DATAVERSE_URL https://<organisation>.crm4.dynamics.com\n',
    ],
    ['no Dynamics', { DATAVERSE_URL: '' }, 'azd env set DATAVERSE_URL https://<organisation>.crm4.dynamics.com'],
    [
      'a slash',
      { DATAVERSE_URL: 'https://contoso.crm4.dynamics.com/' },
      'azd env set DATAVERSE_URL https://contoso.crm4.dynamics.com\n',
    ],
    [
      'a path',
      { DATAVERSE_URL: 'https://contoso.crm4.dynamics.com/main.aspx?x=1' },
      'DATAVERSE_URL https://contoso.crm4.dynamics.com\n',
    ],
    [
      'no scheme',
      { DATAVERSE_URL: 'contoso.crm4.dynamics.com/x' },
      'DATAVERSE_URL https://contoso.crm4.dynamics.com\n',
    ],
    [
      'http',
      { DATAVERSE_URL: 'http://contoso.crm4.dynamics.com' },
      'DATAVERSE_URL https://contoso.crm4.dynamics.com\n',
    ],
    [
      'a custom domain with a path',
      { CUSTOM_BASE_URL: 'https://crm.contoso.com/mcp' },
      'CUSTOM_BASE_URL https://crm.contoso.com\n',
    ],
    ['another mode', { ENTRA_APP_MODE: 'exists' }, 'azd env set ENTRA_APP_MODE create'],
    ['a mode without an id', { ENTRA_APP_MODE: 'existing' }, 'azd env set ENTRA_EXISTING_CLIENT_ID'],
    [
      'an id that is none',
      { ENTRA_APP_MODE: 'existing', ENTRA_EXISTING_CLIENT_ID: 'my-app' },
      'ENTRA_EXISTING_CLIENT_ID',
    ],
    ['no subscription', { AZURE_SUBSCRIPTION_ID: '' }, 'azd env set AZURE_SUBSCRIPTION_ID'],
    ['another tenant', { AZURE_TENANT_ID: OTHER }, `az login --tenant ${OTHER}`],
  ])('%s stops with the command that mends it', async (_what, env, expected) => {
    const { context } = on({ env: { ...FIRST, ...env } })
    const failure: unknown = await identityPreprovision(context).catch((error: unknown) => error)
    expect(`${String(failure)}\n`).toContain(expected)
  })

  test('the mode existing with an id goes on', async () => {
    const { context } = on({ env: { ...FIRST, ENTRA_APP_MODE: 'existing', ENTRA_EXISTING_CLIENT_ID: CLIENT } })
    await expect(identityPreprovision(context)).resolves.toBeUndefined()
  })

  test.each<[string, Answer, string]>([
    ['signed out', { error: "ERROR: Please run 'az login' to setup account." }, 'az is not signed in'],
    [
      'elsewhere',
      { error: `ERROR: Subscription '${SUBSCRIPTION}' not found. Check the spelling and casing and try again.` },
      `not to subscription ${SUBSCRIPTION}`,
    ],
    ['broken', { out: 'Traceback' }, 'printed something that is not JSON'],
  ])('az %s: said, with the sign-in that mends it', async (_what, answer, expected) => {
    const { context } = on({ env: FIRST, az: { ...AZ, 'account show': answer } })
    await expect(identityPreprovision(context)).rejects.toThrow(expected)
  })

  test.each<[string, Answer, string]>([
    [
      'refused',
      { error: 'ERROR: AADSTS50076: Due to a configuration change you must use multi-factor authentication.' },
      'az login --scope https://vault.azure.net/.default',
    ],
    ['without oid', { out: { accessToken: tokenOf({ sub: 'x' }) } }, 'names no object id'],
    ['whose oid is no GUID', { out: { accessToken: tokenOf({ oid: 'x" & calc' }) } }, 'names no object id'],
    ['that is no JWT', { out: { accessToken: 'opaque' } }, 'names no object id'],
    ['missing', { out: {} }, 'az got no token'],
  ])('a token %s makes nobody key officer', async (_what, answer, expected) => {
    const { context, calls } = on({ env: FIRST, az: { ...AZ, 'account get-access-token': answer } })
    await expect(identityPreprovision(context)).rejects.toThrow(expected)
    expect(calls().filter((call) => call.includes('env set'))).toEqual([])
  })

  test('a service principal becomes officer by its own object id', async () => {
    const user = { name: CLIENT, type: 'servicePrincipal' }
    const { context, calls } = on({
      env: FIRST,
      az: {
        ...AZ,
        'account show': { out: { tenantId: TENANT, user } },
        'account get-access-token': { out: { accessToken: tokenOf({ oid: OTHER, idtyp: 'app' }) } },
      },
    })
    await identityPreprovision(context)
    expect(calls()).toContain(`azd env set KEY_OFFICER_PRINCIPAL_ID ${OTHER} --no-prompt`)
  })

  test('what azd cannot remember stops the run', async () => {
    const { context } = on({
      env: FIRST,
      azd: { version: { out: { azd: { version: '1.31.2' } } }, 'env set': { error: 'ERROR: no environment' } },
    })
    await expect(identityPreprovision(context)).rejects.toThrow(
      `azd could not remember KEY_OFFICER_PRINCIPAL_ID: no environment`,
    )
  })
})

describe('after layer entra', () => {
  test.each(['login.microsoftonline.com', '//', 'a b'])(
    'where ENTRA_AUTHORITY_HOST was changed to %j: said, with the layer that mends it',
    async (host) => {
      const { context } = on({ env: { ...PROVISIONED, ENTRA_AUTHORITY_HOST: host } })
      await expect(entraPostprovision(context)).rejects.toThrow(
        /ENTRA_AUTHORITY_HOST[\s\S]*azd provision identity --no-state/,
      )
    },
  )
  test('an id never leads the address of consent to another host', () => {
    const changed = { ...PROVISIONED, AZURE_TENANT_ID: '/evil.example' }
    expect(new URL(consentAddress({ env: changed })).host).toBe('login.microsoftonline.com')
  })

  const SP = 'cccccccc-0000-4000-8000-00000000000c'
  const ADDRESS = `https://login.microsoftonline.com/${TENANT}/adminconsent?client_id=${CLIENT}`
  const GRAPH = 'sp-00000003-0000-0000-c000-000000000000'
  const DATAVERSE = 'sp-00000007-0000-0000-c000-000000000000'
  type Grant = { consentType: string; resourceId: string; scope: string }
  const graph =
    (grants: Grant[], status = 200): typeof fetch =>
    async (input) => {
      const url = new URL(input as string)
      if (url.host !== 'graph.microsoft.com') throw new Error(`asked ${url.host}`)
      if (status !== 200) return Response.json({ error: { code: 'Authorization_RequestDenied' } }, { status })
      if (url.pathname === `/v1.0/servicePrincipals(appId='${CLIENT}')`) return Response.json({ id: SP })
      const [, appId] = /servicePrincipals\(appId='(.+)'\)$/.exec(url.pathname) ?? []
      if (appId !== undefined) return Response.json({ id: `sp-${appId}` })
      if (url.searchParams.get('$skiptoken') === '2') return Response.json({ value: grants.slice(1) })
      expect(url.searchParams.get('$filter')).toBe(`clientId eq '${SP}'`)
      const next = 'https://graph.microsoft.com/v1.0/oauth2PermissionGrants?$skiptoken=2'
      return Response.json({ value: grants.slice(0, 1), ...(grants.length > 1 && { '@odata.nextLink': next }) })
    }
  const everything = [
    { consentType: 'AllPrincipals', resourceId: SP, scope: 'MCP.Access' },
    { consentType: 'AllPrincipals', resourceId: GRAPH, scope: ' User.Read openid profile email offline_access' },
    { consentType: 'AllPrincipals', resourceId: DATAVERSE, scope: 'user_impersonation' },
  ]

  test('the scopes that are looked for are those of the registration', () => {
    expect(
      requiredPermissions()
        .flatMap(({ scopes }) => scopes)
        .sort(),
    ).toEqual(['MCP.Access', 'User.Read', 'email', 'offline_access', 'openid', 'profile', 'user_impersonation'])
  })

  test.each<[string, Grant[], Record<string, string>, string, boolean]>([
    ['all is granted', everything, {}, 'Consent: granted for everyone in the tenant.', false],
    [
      'all is granted to an app of an administrator',
      everything,
      { ENTRA_APP_MODE: 'existing' },
      'Consent: granted for everyone',
      false,
    ],
    [
      'nothing is granted',
      [],
      {},
      'not granted yet (User.Read openid profile email offline_access user_impersonation MCP.Access)',
      true,
    ],
    ['Dataverse alone is granted', everything.slice(2), {}, 'not granted yet (User.Read', true],
    [
      'one person consented',
      everything.map((grant) => ({ ...grant, consentType: 'Principal' })),
      {},
      'not granted yet',
      true,
    ],
    [
      'all scopes are granted of another API',
      everything.map((grant) => ({ ...grant, resourceId: GRAPH })),
      {},
      'not granted yet (user_impersonation MCP.Access)',
      true,
    ],
    [
      'a stranger’s API has scopes of those names',
      everything.map((grant) => ({ ...grant, resourceId: OTHER })),
      {},
      'not granted yet (User.Read openid profile email offline_access user_impersonation MCP.Access)',
      true,
    ],
  ])('where %s', async (_what, grants, env, expected, address) => {
    const { context, said } = on({ env: { ...PROVISIONED, ...env }, fetch: graph(grants) })
    await entraPostprovision(context)
    expect(said()).toContain(expected)
    expect(said().includes(ADDRESS)).toBe(address)
  })

  test.each<[string, number, Record<string, string>, string, boolean]>([
    ['may not look', 403, {}, 'not looked up (Microsoft Graph answers 403)', true],
    [
      'may not look, but the template granted',
      403,
      { GRANT_ADMIN_CONSENT: 'true' },
      'granted by this deployment',
      false,
    ],
    [
      'may not look, and the template does nothing',
      403,
      { GRANT_ADMIN_CONSENT: 'true', ENTRA_APP_MODE: 'existing' },
      'not looked up',
      true,
    ],
    ['made the app a moment ago', 404, {}, 'not granted yet', true],
  ])('whoever %s', async (_who, status, env, expected, address) => {
    const { context, said } = on({ env: { ...PROVISIONED, ...env }, fetch: graph([], status) })
    await entraPostprovision(context)
    expect(said()).toContain(expected)
    expect(said().includes(ADDRESS)).toBe(address)
  })

  test.each<[string, () => Response]>([
    ['a page of a proxy', () => new Response('<html>')],
    ['nothing', () => new Response('')],
    ['null', () => Response.json(null)],
    ['{}', () => Response.json({})],
    ['a list without end', () => Response.json({ id: 'x', value: [], '@odata.nextLink': 'https://evil.example/' })],
  ])('where Graph’s answer is %s, nothing is claimed', async (_what, answer) => {
    const { context, said } = on({ fetch: () => Promise.resolve(answer()) })
    await entraPostprovision(context)
    expect(said()).toContain('Consent: not looked up (')
    expect(said()).toContain(ADDRESS)
  })

  test('an id that the tenant does not know stops the mode existing', async () => {
    const { context } = on({ env: { ...PROVISIONED, ENTRA_APP_MODE: 'existing' }, fetch: graph([], 404) })
    await expect(entraPostprovision(context)).rejects.toThrow('azd provision entra --no-state')
  })

  test.each([['az missing'], ['no network']])('%s: the address is printed all the same', async (what) => {
    const { context, said } = on(what === 'az missing' ? { az: 'missing' } : {})
    await entraPostprovision(context)
    expect(said()).toContain(ADDRESS)
  })

  test.each([
    ['AZURE_TENANT_ID', 'identity'],
    ['ENTRA_AUTHORITY_HOST', 'identity'],
    ['ENTRA_CLIENT_ID', 'entra'],
  ])('without %s the layer that makes it is named', async (name, layer) => {
    const { context } = on({ env: { ...PROVISIONED, [name]: undefined } })
    await expect(entraPostprovision(context)).rejects.toThrow(`azd provision ${layer} --no-state`)
  })
})
