import { describe, expect, test } from '@jest/globals'
import { ConfigError, readConfig } from '../../../shared/config/config.ts'
import { contrastWithWhite } from '../../../shared/config/contrast.ts'
import { BAD } from './bad-values.ts'
import { SETTINGS } from '../../../shared/config/settings.ts'
import { DEVELOPMENT, PRODUCTION } from './environments.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** @throws Error when the environment is accepted */
function problemsOf(environment: Environment): ConfigError {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('accepted')
}
const namesOf = (environment: Environment) => problemsOf(environment).problems.map(({ setting }) => setting)
const without = (environment: Environment, name: string) => ({ ...environment, [name]: undefined })

describe('an environment that is complete', () => {
  test('in Azure: by managed identity, with everything else at its default', () => {
    expect(readConfig(PRODUCTION)).toMatchObject({
      development: false,
      publicBaseUrl: 'https://crm.contoso.com',
      entra: {
        authorityHost: 'https://login.microsoftonline.com',
        apiScope: `${PRODUCTION.ENTRA_CLIENT_ID}/MCP.Access`,
        credential: { kind: 'managed-identity', clientId: PRODUCTION.MANAGED_IDENTITY_CLIENT_ID },
      },
      clients: { registration: 'open', loopbackRedirects: false, metadataDocuments: true },
      lifetimes: { code: 120, signIn: 600, access: 3600, refreshIdle: 2_592_000, grant: 15_552_000, refreshGrace: 30 },
      limits: { toolDeadlineMs: 40_000, resultBytes: 25_000 },
      budgets: { callsPerMinute: 120, callsPerMinuteAll: 0, rowsPerDay: 100_000, rowsPerDayAll: 0 },
      httpStreams: false,
    })
  })

  test('on a developer’s machine: loopback over http, a plain secret, a key file', () => {
    expect(readConfig(DEVELOPMENT)).toMatchObject({
      development: true,
      entra: { credential: { kind: 'plain-secret' } },
      keys: { localFile: '.keys/local.json' },
      clients: { loopbackRedirects: true },
    })
  })

  test('is frozen, to the bottom', () => {
    const config = readConfig(PRODUCTION)
    const open = (value: unknown): unknown[] =>
      typeof value === 'object' && value !== null
        ? [...(Object.isFrozen(value) ? [] : [value]), ...Object.values(value).flatMap(open)]
        : []
    expect(open(config)).toEqual([])
  })

  test('surrounding blanks are not part of a value, and an empty one is a missing one', () => {
    expect(readConfig({ ...PRODUCTION, BRAND_NAME: '  Contoso ' }).branding.name).toBe('Contoso')
    expect(readConfig({ ...PRODUCTION, BRAND_NAME: '   ' }).branding.name).toBe('Dynamics 365')
    expect(namesOf({ ...PRODUCTION, DATAVERSE_URL: '  ' })).toEqual(['DATAVERSE_URL'])
  })

  test.each([
    ['certificate', { ENTRA_CREDENTIAL: 'certificate' }, { kind: 'certificate', secretName: 'entra-certificate' }],
    ['secret', { ENTRA_CREDENTIAL: 'client-secret' }, { kind: 'vault-secret', secretName: 'entra-client-secret' }],
  ])('a %s comes from the vault', (_, more, credential) => {
    expect(readConfig({ ...PRODUCTION, ...more }).entra.credential).toEqual(credential)
  })
})

describe('what is missing is named', () => {
  test.each(Object.keys(PRODUCTION))('%s', (name) => {
    expect(namesOf(without(PRODUCTION, name))).toEqual([name])
  })

  test('everything at once', () => {
    expect(new Set(namesOf({}))).toEqual(new Set(Object.keys(PRODUCTION)))
  })
})

const GIVEN = Object.entries(BAD).filter(([, value]) => value !== '') as [keyof typeof SETTINGS, string][]

describe('a bad value', () => {
  test.each(GIVEN)('%s: named with an example, its value not repeated', (name, value) => {
    const { problems, message } = problemsOf({ ...DEVELOPMENT, KEY_VAULT_URL: undefined, [name]: value })
    const found = problems.filter(({ setting }) => setting === name)
    expect(found).toHaveLength(1)
    expect(found[0]?.example).toBe(SETTINGS[name].example)
    expect(message).toContain(name)
    expect(message).not.toContain('leaked')
  })

  test('all of them at once, each once', () => {
    const names = namesOf({ ...Object.fromEntries(GIVEN), AZURE_FUNCTIONS_ENVIRONMENT: 'Development' })
    expect(new Set(names)).toEqual(new Set(GIVEN.map(([name]) => name)))
    expect(names).toHaveLength(new Set(names).size)
  })

  test.each(['<your tenant>', 'your-tenant', 'change_me', 'CHANGEME', 'replace-this', 'xxxx', 'placeholder'])(
    'a placeholder that was never replaced: %s',
    (value) => expect(problemsOf({ ...PRODUCTION, ENTRA_TENANT_ID: value }).message).toContain('placeholder'),
  )
})

describe('addresses', () => {
  const URLS = ['PUBLIC_BASE_URL', 'ENTRA_AUTHORITY_HOST', 'DATAVERSE_URL', 'TABLES_ENDPOINT', 'KEY_VAULT_URL']
  test.each(URLS)('%s over http: not in Azure, not even to this machine', (name) => {
    expect(namesOf({ ...PRODUCTION, [name]: 'http://127.0.0.1:7071' })).toEqual([name])
  })
  test.each(
    URLS.flatMap((name) => ['http://localhost:1', 'http://127.0.0.1:1', 'http://[::1]:1'].map((url) => [name, url])),
  )('%s: %s is accepted in Development', (name, url) =>
    expect(() =>
      readConfig({ ...DEVELOPMENT, MANAGED_IDENTITY_CLIENT_ID: PRODUCTION.MANAGED_IDENTITY_CLIENT_ID, [name]: url }),
    ).not.toThrow(),
  )
  test.each(
    URLS.flatMap((name) =>
      ['http://contoso.com', 'http://127.0.0.1.contoso.com', 'http://10.0.0.1'].map((url) => [name, url]),
    ),
  )('%s: %s is refused in Development too', (name, url) =>
    expect(namesOf({ ...DEVELOPMENT, [name]: url })).toContain(name),
  )
  test.each([
    'https://crm.contoso.com/',
    'https://crm.contoso.com/app',
    'https://CRM.contoso.com',
    'https://crm.contoso.com:443',
    'https://a@crm.contoso.com',
    'crm.contoso.com',
  ])('PUBLIC_BASE_URL is an origin as browsers write it, not %s', (url) =>
    expect(namesOf({ ...PRODUCTION, PUBLIC_BASE_URL: url })).toEqual(['PUBLIC_BASE_URL']),
  )
})

describe('outside Development', () => {
  test.each([
    ['ENTRA_CLIENT_SECRET', DEVELOPMENT.ENTRA_CLIENT_SECRET],
    ['TABLES_CONNECTION_STRING', 'UseDevelopmentStorage=true'],
    ['LOCAL_KEY_FILE', '.keys/local.json'],
    ['CODE_LIFETIME', '29'],
    ['SIGN_IN_LIFETIME', '119'],
    ['ACCESS_TOKEN_LIFETIME', '299'],
    ['REFRESH_IDLE_LIFETIME', '86399'],
    ['GRANT_LIFETIME', '86399'],
    ['REFRESH_GRACE', '9'],
  ])('%s=%s is refused', (name, value) => {
    expect(namesOf({ ...PRODUCTION, [name]: value })).toEqual([name])
    expect(() => readConfig({ ...DEVELOPMENT, [name]: value })).not.toThrow()
  })

  test.each(['Staging', 'development', 'Dev'])('AZURE_FUNCTIONS_ENVIRONMENT=%s is not Development', (value) => {
    expect(readConfig({ ...PRODUCTION, AZURE_FUNCTIONS_ENVIRONMENT: value }).development).toBe(false)
  })
})

describe('settings that need each other', () => {
  test.each([
    ['a certificate needs the vault', { ENTRA_CREDENTIAL: 'certificate' }, 'KEY_VAULT_URL'],
    ['a secret of the vault needs the vault', { ENTRA_CLIENT_SECRET: '' }, 'KEY_VAULT_URL'],
    ['managed identity needs its client id', { ENTRA_CREDENTIAL: 'managed-identity' }, 'MANAGED_IDENTITY_CLIENT_ID'],
    ['storage is needed', { TABLES_CONNECTION_STRING: '' }, 'TABLES_ENDPOINT'],
    ['keys are needed', { LOCAL_KEY_FILE: '' }, 'KEY_VAULT_URL'],
  ])('%s', (_, change, name) => {
    expect(namesOf({ ...DEVELOPMENT, ...change })).toEqual([name])
  })
})

describe('a misspelt name', () => {
  test.each([
    'ENTRA_TENANT',
    'ENTRA_CLIENTID',
    'DATAVERSE_URI',
    'TABLES_URL',
    'REDIRECT_URI_ALLOWLIST',
    'REGISTRATIONS_A_DAY',
    'STATIC_CLIENT_SECRET',
    'BRAND_COLOUR',
    'ALLOWED_ROLE',
    'ALLOWED_GROUP',
    'CLIENT_ID_METADATA_DOMAIN',
    'REFRESH_LIFETIME',
    'GRANT_LIFE',
    'LOOPBACK_REDIRECT',
    'CLIENT',
    'CLIENTS_ALLOWED',
    'clients',
    'HTTP_STREAM',
    'HTTPSTREAMS',
    'Http_Streams',
    'HTTP_STREAMS_ENABLED',
    'TRUSTED_HOP',
    'TOOL_DEADLINES',
    'RESULT_BYTE',
    'CODE_LIFETIMES',
    'SIGNIN_LIFETIME',
    'PRIVACY_URI',
    'KEYVAULT_URL',
  ])('%s is no setting', (name) => {
    expect(namesOf({ ...PRODUCTION, [name]: 'value' })).toEqual([name])
  })

  test.each([
    ['CLIENT', 'CLIENTS'],
    ['HTTP_STREAM', 'HTTP_STREAMS'],
    ['LOOPBACK_REDIRECT', 'LOOPBACK_REDIRECTS'],
    ['REFRESH_WHATEVER', 'one of those in infra/settings.md'],
  ])('%s: meant was %s', (name, meant) => {
    expect(problemsOf({ ...PRODUCTION, [name]: 'value' }).problems).toMatchObject([{ setting: name, example: meant }])
  })

  test('each setting less its last letter, with a letter more, and in small letters', () => {
    for (const name of Object.keys(SETTINGS))
      for (const slip of [name.slice(0, -1), `${name}S`, name.toLowerCase(), `${name}_X`])
        expect(namesOf({ ...PRODUCTION, [slip]: 'value' })).toContain(slip)
  })

  test('a setting of 0.1.0 that an update finds in place stops nothing, and is told', () => {
    expect(readConfig({ ...PRODUCTION, REGISTRATIONS_PER_DAY: '200' }).retired).toEqual(['REGISTRATIONS_PER_DAY'])
    expect(readConfig({ ...PRODUCTION, REGISTRATIONS_PER_DAY: '' }).retired).toEqual([])
  })

  test('what Azure and the machine set is left alone', () => {
    const names = [
      'PATH',
      'FUNCTIONS_WORKER_RUNTIME',
      'AzureWebJobsStorage__accountName',
      'WEBSITE_SITE_NAME',
      'IDENTITY_ENDPOINT',
      'CODE_PAGE',
      'HTTP_PROXY',
      'HTTPS_PROXY',
      'http_proxy',
      'NO_PROXY',
      'HTTP_PORT',
      'CLIENT_ID',
      'CLIENT_SECRET',
      'CLIENTNAME',
      'APPSETTING_CLIENTS',
      'APPSETTING_HTTP_STREAMS',
      'AZURE_CLIENT_ID',
      'ACCESS_TOKEN',
      'KEY_VAULT_NAME',
      'TRUSTED_HOSTS',
      'SUPPORT_EMAIL',
      'MANAGED_IDENTITY_PRINCIPAL_ID',
    ]
    expect(() => readConfig({ ...PRODUCTION, ...Object.fromEntries(names.map((name) => [name, 'x'])) })).not.toThrow()
  })
})

describe('redirect patterns', () => {
  test.each([
    'https://chatgpt.com/cb',
    'https://chatgpt.com/a/*',
    'https://chatgpt.com/a/*/b',
    'https://a.com/b https://c.com/*',
  ])('%s', (list) => expect(() => readConfig({ ...PRODUCTION, REDIRECT_URI_ALLOW_LIST: list })).not.toThrow())
  test.each([
    ['any host', 'https://*/cb'],
    ['any subdomain', 'https://*.chatgpt.com/cb'],
    ['two stars', 'https://chatgpt.com/*/*'],
    ['part of a segment', 'https://chatgpt.com/cb*'],
    ['in the query', 'https://chatgpt.com/cb?a=*'],
    ['a fragment', 'https://chatgpt.com/cb#*'],
    ['http', 'http://chatgpt.com/cb'],
    ['another scheme', 'chatgpt://cb'],
    ['everything', '*'],
    ['what no request is written like, capitals', 'https://Chat.contoso.com/cb'],
    ['what no request is written like, a default port', 'https://chatgpt.com:443/cb'],
    ['what no request is written like, dot segments', 'https://chatgpt.com/a/../*'],
    ['a user name', 'https://chatgpt.com@evil.example/cb'],
    ['one bad among good', 'https://chatgpt.com/cb https://*'],
  ])('%s is refused: %s', (_, list) => {
    expect(namesOf({ ...PRODUCTION, REDIRECT_URI_ALLOW_LIST: list })).toContain('REDIRECT_URI_ALLOW_LIST')
  })
})

describe('loopback redirects', () => {
  const read = (value: string) => readConfig({ ...PRODUCTION, LOOPBACK_REDIRECTS: value }).clients.loopbackRedirects
  test.each([
    ['true', true],
    ['false', false],
    ['', false],
    ['/doctor/callback', ['/doctor/callback']],
    ['/doctor/callback, /cb', ['/doctor/callback', '/cb']],
    ['/', ['/']],
  ])('%s', (value, expected) => expect(read(value)).toEqual(expected))

  test.each([
    ['no slash', 'doctor/callback'],
    ['a star', '/doctor/*'],
    ['a query', '/doctor/callback?x=1'],
    ['a fragment', '/doctor/callback#x'],
    ['a whole address', 'http://localhost/doctor/callback'],
    ['another host', '//evil.example/callback'],
    ['an empty segment', '/doctor//callback'],
    ['a way up', '/doctor/../callback'],
    ['a dot', '/doctor/./callback'],
    ['an escape', '/doctor/%2e%2e/callback'],
    ['a backslash', '/doctor\\callback'],
    ['an umlaut', '/dökter'],
    ['true beside a path', 'true /doctor/callback'],
    ['true in capitals', 'TRUE'],
    ['yes', 'yes'],
    ['a comma alone', ','],
    ['eleven', Array.from({ length: 11 }, (_, at) => `/cb${at}`).join(' ')],
  ])('%s is refused: %s', (_, value) => {
    expect(namesOf({ ...PRODUCTION, LOOPBACK_REDIRECTS: value })).toEqual(['LOOPBACK_REDIRECTS'])
  })
})

describe('ids', () => {
  test('are compared letter by letter with what Entra sends, and so kept in small letters', () => {
    const { ENTRA_TENANT_ID: tenantId, ENTRA_CLIENT_ID: clientId } = PRODUCTION
    const shouted = { ENTRA_TENANT_ID: tenantId.toUpperCase(), ENTRA_CLIENT_ID: clientId.toUpperCase() }
    expect(readConfig({ ...PRODUCTION, ...shouted }).entra).toMatchObject({ tenantId, clientId })
  })
})

describe('what Azure gives and the templates must cut', () => {
  test.each(['DATAVERSE_URL', 'KEY_VAULT_URL', 'TABLES_ENDPOINT', 'PUBLIC_BASE_URL', 'ENTRA_AUTHORITY_HOST'] as const)(
    '%s with a slash at its end is named, with what is wrong',
    (name) => {
      const value = { ENTRA_AUTHORITY_HOST: 'https://login.microsoftonline.com', ...PRODUCTION }[name]
      const { problems } = problemsOf({ ...PRODUCTION, [name]: `${value}/` })
      expect(problems).toMatchObject([
        { setting: name, problem: expect.stringContaining('no trailing slash') as unknown },
      ])
    },
  )
})

describe('contrast with white', () => {
  test.each([
    ['#000000', 21],
    ['#ffffff', 1],
    ['#767676', 4.54],
    ['#0B5CAD', 6.67],
  ])('%s: %d', (color, ratio) => expect(contrastWithWhite(color)).toBeCloseTo(ratio, 1))

  test.each(['#777777', '#FFCC00', '#ffffff'])('%s is refused', (color) => {
    expect(namesOf({ ...PRODUCTION, BRAND_COLOR: color })).toEqual(['BRAND_COLOR'])
  })
})
