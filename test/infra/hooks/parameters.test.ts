import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from '@jest/globals'
import { KINDS, type Kind, kindOf, readBoolean } from '../../../infra/hooks/parameters/kinds.ts'
import { checkParameters } from '../../../infra/hooks/parameters/check-parameters.ts'
import { type Layer, parameterVariables } from '../../../infra/hooks/parameters/variables.ts'
import { LAYER_OF } from '../../../infra/hooks/run/environment.ts'
import { convert } from '../../../infra/rehearsal/azd/layers/parameters.ts'
import { entraPostprovision } from '../../../infra/hooks/steps/entra-postprovision.ts'
import { entraPreprovision } from '../../../infra/hooks/steps/entra-preprovision.ts'
import { identityPreprovision } from '../../../infra/hooks/steps/identity-preprovision.ts'
import { platformPreprovision } from '../../../infra/hooks/steps/platform-preprovision.ts'
import { findBicep } from '../bicep-cli.ts'
import { checkLayers } from '../bicep/check-layers.ts'
import { CLIENT, createStage, ME, OTHER, PROVISIONED, type Stage, type StageOptions } from './stage.ts'

const bicep = await findBicep()
const withBicep = bicep.available ? test : test.skip

let stage: Stage | undefined
const on = (options: StageOptions): Stage => (stage = createStage(options))
afterEach(() => stage?.close())

const messageOf = (env: Record<string, string>, layer: Layer = 'identity'): string => {
  try {
    checkParameters({ env }, layer)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

describe('a name that no layer reads', () => {
  test.each([
    ['CLIENT', 'CLIENTS'],
    ['clients', 'CLIENTS'],
    ['LOOPBACK_REDIRECT', 'LOOPBACK_REDIRECTS'],
    ['HTTP_STREAM', 'HTTP_STREAMS'],
  ])('%s is said, with %s', (name, meant) => {
    const { context, said } = on({ env: { ...PROVISIONED, [name]: 'claude' } })
    platformPreprovision(context)
    expect(said()).toContain(`! ${name} is set, and nothing reads it. Where ${meant} is meant: azd env set ${meant} `)
  })

  test.each(['AZURE_CLIENT_ID', 'MCP_URL', 'KEY_VAULT_URL', 'HTTP_PROXY', 'CLIENTNAME'])(
    '%s is somebody else’s',
    (name) => {
      const { context, said } = on({ env: { ...PROVISIONED, [name]: 'x' } })
      platformPreprovision(context)
      expect(said()).toBe('Settings: each is of its kind.')
    },
  )
})

describe('a value that azd would drop in silence, or that would end its JSON', () => {
  test.each([
    ['DELETE_LOCK', 'yes', 'true or false', 'true'],
    ['DELETE_LOCK', 'tRUE', 'true or false', 'true'],
    ['DELETE_LOCK', ' true', 'true or false', 'true'],
    ['PURGE_PROTECTION', 'on', 'true or false', 'true'],
    ['ASSIGNMENT_REQUIRED', 'no', 'true or false', 'false'],
    ['GRANT_ADMIN_CONSENT', 'nope', 'true or false', 'false'],
    ['INSTANCE_MEMORY_MB', '4 GB', '512 or 2048 or 4096', '2048'],
    ['INSTANCE_MEMORY_MB', '1024', '512 or 2048 or 4096', '2048'],
    ['MAXIMUM_INSTANCE_COUNT', '0', 'a whole number from 1 to 1000', '40'],
    ['ALWAYS_READY_INSTANCES', '1.5', 'a whole number from 0 to 20', '0'],
    ['LOG_DAILY_CAP_IN_GB', '-1', 'a whole number, 1 or more', '1'],
    ['LOG_RETENTION_IN_DAYS', '90 days', 'a whole number from 30 to 730', '90'],
    ['STORAGE_SKU', 'standard_zrs', 'Standard_LRS or Standard_ZRS', 'Standard_ZRS'],
    ['KEY_OFFICER_PRINCIPAL_TYPE', 'user', 'User or ServicePrincipal or Group or empty', 'User'],
    ['PRIVATE_NETWORK', 'on', 'true or false', 'true'],
    ...[
      '10.0.0.1/24',
      '10.0.0.0/26',
      '10.0.0.0',
      '10.0.0.0/7',
      '8.8.8.0/24',
      '172.32.0.0/24',
      '192.168.0.0/15',
      ' 10.0.0.0/24',
    ].map((range): [string, string, string, string] => [
      'VNET_ADDRESS_PREFIX',
      range,
      'a private IPv4 range',
      '10.240.0.0/24',
    ]),
    ['VNET_ADDRESS_PREFIX', '010.0.0.0/24', 'a private IPv4 range', '10.240.0.0/24'],
    ['VNET_ADDRESS_PREFIX', '10.0.0.0/24,10.1.0.0/24', 'a private IPv4 range', '10.240.0.0/24'],
    ['VNET_ADDRESS_PREFIX', 'fd00::/64', 'a private IPv4 range', '10.240.0.0/24'],
    ['ENTRA_APP_MODE', ' existing ', 'create or existing', 'existing'],
    ['BRAND_NAME', 'The "best"', 'text, without quotation mark', '<value>'],
    ['BRAND_NAME', 'a\\', 'text, without quotation mark', '<value>'],
    ['WRITE_POLICY', '{"tables":{"task":{}}}', 'text, without quotation mark', `"{'tables':{'task':{}}}"`],
    ['WRITE_POLICY', `{"tables":{'task':{}}}`, 'text, without quotation mark', '<value>'],
    ['RESOURCE_TAGS', 'a=1\nb=2', 'text, without quotation mark', '<value>'],
    ['RESOURCE_TAGS', 'x" }, "deleteLock": { "value": false', 'text, without quotation mark', '<value>'],
    ['AZURE_ENV_NAME', 'a'.repeat(41), 'text of at most 40 characters', '<value>'],
    ['KEY_OFFICER_PRINCIPAL_ID', 'ada@contoso.com', 'a GUID, like ', '<object id, yours: az ad signed-in-user show'],
    ['KEY_OFFICER_PRINCIPAL_ID', ME.slice(1), 'a GUID, like ', '<object id, yours: az ad signed-in-user show'],
    ['KEY_OFFICER_PRINCIPAL_ID', `${ME},${OTHER}`, 'a GUID, like ', '<object id, yours: az ad signed-in-user show'],
    ['KEY_OFFICER_PRINCIPAL_ID', ` {${ME}} `, 'a GUID, like ', ME],
    ['KEY_OFFICER_PRINCIPAL_ID', ' ', 'a GUID, like ', '<object id, yours: az ad signed-in-user show'],
    ['ENTRA_EXISTING_CLIENT_ID', 'my-app', 'a GUID, like ', '<client id that the script printed>'],
    ['DATAVERSE_URL', 'https://contoso.crm4.dynamics.com/', 'https and a host', 'https://contoso.crm4.dynamics.com'],
    ['CUSTOM_BASE_URL', ' ', 'https and a host', 'https://<host of your domain>'],
  ])('%s=%j is named with what is allowed and what sets it', (name, value, allowed, better) => {
    const message = messageOf({ [name]: value })
    expect(message).toContain(`${name} is “`)
    expect(message).toContain(`; it must be ${allowed}`)
    expect(message).toContain(`  azd env set ${name} ${better}`)
    expect(message.split('\n')).toHaveLength(2)
  })

  test.each(['max-semi-space-size=8', '--max-old-space-size 256', '-r x', '--a=1 dist/other.js', '--'])(
    'WORKER_ARGUMENTS=%j is refused: Node would take a word of it for a file to run, or for nothing that it knows',
    (value) => {
      const message = messageOf({ WORKER_ARGUMENTS: value })
      expect(message).toContain(`WORKER_ARGUMENTS is “${value}”; it must be arguments with two dashes before each name`)
      expect(message).toContain('  azd env set "WORKER_ARGUMENTS=--<name>=<value>"')
    },
  )

  test('every wrong one is named at once, before anything is made', async () => {
    const { context, calls } = on({ env: { ...PROVISIONED, DELETE_LOCK: 'yes', BRAND_NAME: 'a"b' } })
    await expect(identityPreprovision(context)).rejects.toThrow(
      /BRAND_NAME[\s\S]*DELETE_LOCK[\s\S]*azd env set DELETE_LOCK true/,
    )
    expect(calls().filter((call) => call.includes('env set'))).toEqual([])
  })

  test.each([
    [{}],
    [{ DELETE_LOCK: '', RESOURCE_TAGS: '' }],
    [{ DELETE_LOCK: 'T', PURGE_PROTECTION: '0', ALWAYS_READY_INSTANCES: '20', BRAND_NAME: "Contoso's CRM – 100 %" }],
    [{ PRIVATE_NETWORK: 'TRUE', VNET_ADDRESS_PREFIX: '10.0.0.0/8' }],
    [{ VNET_ADDRESS_PREFIX: '172.16.0.128/25' }],
    [{ VNET_ADDRESS_PREFIX: '192.168.4.0/23' }],
    [{ WORKER_ARGUMENTS: '' }],
    [{ WORKER_ARGUMENTS: '--max_semi_space_size=8 --trace-gc' }],
    [{ KEY_OFFICER_PRINCIPAL_TYPE: 'Group', RESOURCE_TAGS: 'costCenter=1234;owner=CRM team' }],
  ])('%j is fine', (env) => expect(messageOf(env)).toBe(''))
})

describe('one layer alone', () => {
  test.each([
    ['entra', entraPreprovision],
    ['platform', platformPreprovision],
  ])('%s: what was set since layer identity is looked at, without a tool or the network', (_layer, step) => {
    const wrong = on({ env: { ...PROVISIONED, DELETE_LOCK: 'yes', GRANT_ADMIN_CONSENT: 'no' }, az: 'missing' })
    expect(() => step(wrong.context)).toThrow(
      /GRANT_ADMIN_CONSENT is “no”[\s\S]*DELETE_LOCK is “yes”[\s\S]*azd env set DELETE_LOCK true/,
    )
    expect(wrong.calls()).toEqual([])
    wrong.close()
    const right = on({ env: { ...PROVISIONED, DELETE_LOCK: 'true', KEY_OFFICER_PRINCIPAL_ID: ME }, az: 'missing' })
    step(right.context)
    step(right.context)
    expect(right.said()).toBe('Settings: each is of its kind.\nSettings: each is of its kind.')
    expect(right.calls()).toEqual([])
  })

  test.each<Layer>(['identity', 'entra', 'platform'])('%s: the mode existing needs its id', (layer) => {
    expect(messageOf({ ENTRA_APP_MODE: 'existing' }, layer)).toContain(
      'azd env set ENTRA_EXISTING_CLIENT_ID <client id',
    )
    expect(messageOf({ ENTRA_APP_MODE: 'existing', ENTRA_EXISTING_CLIENT_ID: CLIENT }, layer)).toBe('')
  })

  test.each<[string, string, string, readonly Layer[]]>([
    ['AZURE_TENANT_ID', 'contoso', 'identity', ['platform']],
    ['MANAGED_IDENTITY_CLIENT_ID', 'id-contoso', 'identity', ['platform']],
    ['MANAGED_IDENTITY_PRINCIPAL_ID', 'id-contoso', 'identity', ['entra', 'platform']],
    ['PUBLIC_BASE_URL', 'https://x/', 'identity', ['entra', 'platform']],
    ['ENTRA_AUTHORITY_HOST', 'login', 'identity', ['platform']],
    ['ENTRA_CLIENT_ID', 'a'.repeat(36), 'entra', ['platform']],
  ])('%s is looked at where it is taken, and never by the layer that mends it', (name, value, maker, takers) => {
    for (const layer of ['identity', 'entra', 'platform'] as const) {
      const message = messageOf({ [name]: value }, layer)
      if (takers.includes(layer)) expect(message).toContain(`azd provision ${maker} --no-state`)
      else expect([layer, message]).toEqual([layer, ''])
    }
  })
})

test.each([
  '1',
  't',
  'T',
  'TRUE',
  'true',
  'True',
  '0',
  'f',
  'F',
  'FALSE',
  'false',
  'False',
  'yes',
  'tRUE',
  ' true',
  '',
])('the boolean %j is read as azd reads it', (text) => expect(readBoolean(text)).toBe(convert('bool', text, undefined)))

test.each([
  ['1', true],
  ['TRUE', true],
  ['yes', false],
  [' true', false],
])('after layer entra, GRANT_ADMIN_CONSENT=%j counts as the template takes it: %s', async (text, byTemplate) => {
  const { context, said } = on({ env: { ...PROVISIONED, GRANT_ADMIN_CONSENT: text } })
  await entraPostprovision(context)
  expect(said().includes('granted by this deployment')).toBe(byTemplate)
})

test.each(['https://d.crm.dynamics.com$(x)', 'https://d.crm.dynamics.com$(x)/main.aspx', 'https://a`x`b'])(
  'an address whose host a shell would run is not part of a command: %s',
  async (address) => {
    const { context } = on({ env: { ...PROVISIONED, DATAVERSE_URL: address } })
    await expect(identityPreprovision(context)).rejects.toThrow(
      'azd env set DATAVERSE_URL https://<organisation>.crm4.dynamics.com',
    )
  },
)

describe('the table of kinds is what the templates declare', () => {
  type Declared = {
    readonly type: string
    readonly allowedValues?: readonly (string | number)[]
    readonly minValue?: number
    readonly maxValue?: number
    readonly minLength?: number
    readonly maxLength?: number
  }
  const INFRA = fileURLToPath(new URL('../../../infra/', import.meta.url))

  const kindOfDeclared = (one: Declared): Kind | undefined => {
    if (one.allowedValues) return { kind: 'one-of', values: one.allowedValues.map(String) }
    if (one.type === 'bool') return { kind: 'boolean' }
    if (one.type === 'int')
      return { kind: 'whole', least: one.minValue!, ...(one.maxValue !== undefined && { most: one.maxValue }) }
    if (one.minLength === undefined && one.maxLength === undefined) return undefined
    if (one.minLength === 36 && one.maxLength === 36) return { kind: 'guid', of: '', placeholder: '' }
    return { kind: 'text', shortest: one.minLength!, longest: one.maxLength! }
  }
  const sorted = (kind: Kind | undefined) => {
    if (kind?.kind === 'guid') return { kind: 'guid' }
    return kind?.kind === 'one-of' ? { ...kind, values: [...kind.values].sort() } : kind
  }
  type File = { readonly parameters: Readonly<Record<string, { readonly value: unknown }>> }
  const fileOf = (layer: string) => JSON.parse(readFileSync(`${INFRA}${layer}main.parameters.json`, 'utf8')) as File

  /** Of these the templates know that they are text, and Azure or Entra refuses what is not more. */
  const OF_A_PLAIN_TEXT = [
    ...['AZURE_TENANT_ID', 'MANAGED_IDENTITY_CLIENT_ID', 'MANAGED_IDENTITY_PRINCIPAL_ID', 'KEY_OFFICER_PRINCIPAL_ID'],
    ...['ENTRA_EXISTING_CLIENT_ID', 'PUBLIC_BASE_URL', 'CUSTOM_BASE_URL', 'DATAVERSE_URL', 'ENTRA_AUTHORITY_HOST'],
    'BUDGET_START',
    'WORKER_ARGUMENTS',
    'FRONT_DOOR_ID',
    'VNET_ADDRESS_PREFIX',
  ]
  /** Any text will do: azd knows regions and puts the deployer's id in itself, any pairs are tags, a layer names the group,
   * a bound host is the address's or none. */
  const ANY_TEXT = [
    'ALERT_EMAIL',
    'ALERT_WEBHOOK',
    'AZURE_LOCATION',
    'AZURE_PRINCIPAL_ID',
    'AZURE_RESOURCE_GROUP',
    'CUSTOM_DOMAIN',
    'RESOURCE_TAGS',
  ]

  test('every parameter has a kind, but for the settings, which the app judges, and seven that may be any text', () => {
    const settings = Object.keys(fileOf('').parameters['optionalSettings']!.value as object)
    const untold = parameterVariables().flatMap(({ name }) => {
      const kind = kindOf(name)
      return kind.kind === 'text' && kind.longest === undefined ? [name] : []
    })
    expect(untold.sort()).toEqual([...ANY_TEXT, ...settings].sort())
  })

  test('no principal, client or tenant id and no address is any text', () => {
    const named = parameterVariables().filter(
      ({ name }) =>
        /(PRINCIPAL|TENANT|CLIENT)_ID$|_URL$|AUTHORITY_HOST$/.test(name) &&
        !ANY_TEXT.includes(name) &&
        !/^(STATIC_|PRIVACY_|SUPPORT_)/.test(name),
    )
    const kinds = Object.fromEntries(named.map(({ name }) => [name, kindOf(name).kind]))
    expect(kinds).toEqual({
      AZURE_TENANT_ID: 'guid',
      CUSTOM_BASE_URL: 'origin',
      DATAVERSE_URL: 'origin',
      ENTRA_AUTHORITY_HOST: 'origin',
      ENTRA_CLIENT_ID: 'guid',
      ENTRA_EXISTING_CLIENT_ID: 'guid',
      KEY_OFFICER_PRINCIPAL_ID: 'guid',
      MANAGED_IDENTITY_CLIENT_ID: 'guid',
      MANAGED_IDENTITY_PRINCIPAL_ID: 'guid',
      PUBLIC_BASE_URL: 'origin',
    })
  })

  test('whatever a layer puts out and another takes is known as its output', () => {
    for (const { name } of parameterVariables()) {
      const maker = (['identity', 'entra'] as const).find((layer) =>
        new RegExp(`^output ${name} `, 'm').test(readFileSync(`${INFRA}${layer}/main.bicep`, 'utf8')),
      )
      expect([name, LAYER_OF[name]]).toEqual([name, maker])
    }
  })

  withBicep(
    'in every layer',
    async () => {
      const seen = new Set<string>()
      for (const layer of ['identity/', 'entra/', '']) {
        const [checked] = await checkLayers([`${INFRA}${layer}main.bicep`])
        const declared = checked?.template?.parameters as Record<string, Declared>
        for (const [name, { value }] of Object.entries(fileOf(layer).parameters)) {
          const variable = typeof value === 'string' ? /^\$\{(\w+)/.exec(value)?.[1] : undefined
          if (variable === undefined) continue
          const kind = kindOfDeclared(declared[name]!)
          if (kind === undefined) continue
          seen.add(variable)
          expect([variable, sorted(KINDS[variable])]).toEqual([variable, sorted(kind)])
        }
      }
      const declarable = Object.keys(KINDS).filter((name) => !OF_A_PLAIN_TEXT.includes(name))
      expect([...seen].sort()).toEqual(declarable.sort())
    },
    120_000,
  )

  test('every variable of the parameters files is looked at', () => {
    const names = parameterVariables().map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining([...Object.keys(KINDS), 'DATAVERSE_URL', 'BRAND_NAME', 'HTTP_STREAMS']),
    )
    expect(new Set(names).size).toBe(names.length)
  })
})
