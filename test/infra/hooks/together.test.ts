import { describe, expect, test } from '@jest/globals'
import { checkParameters } from '../../../infra/hooks/parameters/check-parameters.ts'
import type { Layer } from '../../../infra/hooks/parameters/variables.ts'

type Values = Readonly<Record<string, string>>

const messageOf = (env: Values, layer: Layer = 'platform'): string => {
  try {
    checkParameters({ env }, layer)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}
const commandsIn = (message: string): string[] =>
  message.split('\n').flatMap((line) => (line.startsWith('  ') ? [line.trim()] : []))

const HOST = 'crm-mcp.contoso.com'
const APP = { FUNCTION_APP_NAME: 'func-contoso' }
const BOUND = { ...APP, CUSTOM_DOMAIN: HOST, CUSTOM_BASE_URL: `https://${HOST}` }
const ZONES = { ZONE_REDUNDANT: 'true', STORAGE_SKU: 'Standard_ZRS', ALWAYS_READY_INSTANCES: '2' }
const DOOR = {
  FRONT_DOOR_ID: '0a1b2c3d-0000-4000-8000-00000000000a',
  TRUSTED_HOPS: '2',
  CUSTOM_BASE_URL: 'https://a.b',
}

/** What somebody means where a command leaves it to them. */
const MEANT: Readonly<Record<string, string>> = {
  '<first of this month, like 2026-12-01>': '2026-12-01',
  'https://<host of the front door>': 'https://crm.azurefd.net',
  '<client id that the script printed>': '0a1b2c3d-0000-4000-8000-00000000000b',
}

/** The environment after somebody has typed a command; `npm run domain -- bind` remembers the host that it has bound. */
function typed(env: Values, command: string): Values {
  const [, name = '', text = ''] = /^azd env set (\w+)[ =](.*)$/.exec(command) ?? []
  if (name !== '') return { ...env, [name]: MEANT[text] ?? text }
  if (command !== 'npm run domain -- bind') throw new Error(`nobody knows what ${command} does`)
  return { ...env, CUSTOM_DOMAIN: new URL(env['CUSTOM_BASE_URL'] ?? '').host }
}

describe('values that contradict each other', () => {
  test.each<[string, Values, readonly string[]]>([
    ['a host that is bound, and no address', { ...APP, CUSTOM_DOMAIN: HOST }, ['azd env set CUSTOM_DOMAIN=']],
    ['another host than the address', { ...BOUND, CUSTOM_DOMAIN: 'old.contoso.com' }, ['npm run domain -- bind']],
    ['the address with a port', { ...BOUND, CUSTOM_BASE_URL: `https://${HOST}:8443` }, ['npm run domain -- bind']],
    ['a host that is bound to no app', { ...BOUND, FUNCTION_APP_NAME: '' }, ['azd env set CUSTOM_DOMAIN=']],
    ['zones with storage in one', { ...ZONES, STORAGE_SKU: '' }, ['azd env set STORAGE_SKU Standard_ZRS']],
    ['zones with one instance', { ...ZONES, ALWAYS_READY_INSTANCES: '1' }, ['azd env set ALWAYS_READY_INSTANCES 2']],
    [
      'zones alone, as azd reads a boolean',
      { ZONE_REDUNDANT: 'T' },
      ['azd env set STORAGE_SKU Standard_ZRS', 'azd env set ALWAYS_READY_INSTANCES 2'],
    ],
    [
      'a budget without its month',
      { BUDGET_AMOUNT: '+50' },
      ['azd env set BUDGET_START <first of this month, like 2026-12-01>'],
    ],
    ['a front door whose hop is not counted', { ...DOOR, TRUSTED_HOPS: '' }, ['azd env set TRUSTED_HOPS 2']],
    [
      'a front door, and the name of the platform, which nobody reaches',
      { ...DOOR, CUSTOM_BASE_URL: '' },
      ['azd env set CUSTOM_BASE_URL https://<host of the front door>'],
    ],
    [
      'a front door, and the host bound to the app',
      { ...BOUND, ...DOOR, CUSTOM_BASE_URL: BOUND.CUSTOM_BASE_URL },
      ['azd env set CUSTOM_DOMAIN='],
    ],
    [
      'a registration that somebody else made, without its id',
      { ENTRA_APP_MODE: 'existing' },
      ['azd env set ENTRA_EXISTING_CLIENT_ID <client id that the script printed>'],
    ],
  ])('%s: refused before each layer, and what is printed mends it', (_what, env, commands) => {
    for (const layer of ['identity', 'entra', 'platform'] as const)
      expect(commandsIn(messageOf(env, layer))).toEqual(commands)
    expect(messageOf(commands.reduce(typed, env))).toBe('')
  })

  test('after a lost folder the host is remembered again by what the runbook types', () =>
    expect(messageOf({ ...BOUND, FUNCTION_APP_NAME: '' })).toContain('After azd up type npm run domain -- bind'))

  test('all are told at once', () => {
    const message = messageOf({ ...ZONES, STORAGE_SKU: '', BUDGET_AMOUNT: '5', CUSTOM_DOMAIN: HOST })
    expect(commandsIn(message)).toHaveLength(3)
    expect(message).toMatch(/CUSTOM_DOMAIN[\s\S]*ZONE_REDUNDANT[\s\S]*BUDGET_AMOUNT/)
  })

  test('a host that a shell would run is no part of a command', () => {
    expect(messageOf({ ...APP, CUSTOM_DOMAIN: 'a.b$(reboot)' })).toContain('https://<host of your domain>')
  })

  test.each<[string, Values]>([
    ['nothing is set', {}],
    ['bound', BOUND],
    ['an address, and nothing bound: a front door or a certificate by hand', { CUSTOM_BASE_URL: `https://${HOST}` }],
    ['zones', ZONES],
    ['zones with more instances', { ...ZONES, ALWAYS_READY_INSTANCES: '5' }],
    ['zones switched off, with storage in several', { ...ZONES, ZONE_REDUNDANT: 'false' }],
    ['a front door', DOOR],
    ['a front door behind another', { ...DOOR, TRUSTED_HOPS: '3' }],
    ['a budget', { BUDGET_AMOUNT: '50', BUDGET_START: '2026-12-01' }],
    ['no budget any more', { BUDGET_AMOUNT: '0', BUDGET_START: '2026-12-01' }],
  ])('%s: fine', (_what, env) => expect(messageOf(env)).toBe(''))
})
