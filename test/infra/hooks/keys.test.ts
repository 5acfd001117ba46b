import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { KEY_NAMES, openVault } from '../../../infra/hooks/keys/vault.ts'
import { platformPostprovision } from '../../../infra/hooks/steps/platform-postprovision.ts'
import { SETTINGS } from '../../../shared/config/settings.ts'
import { AZ, createStage, ME, OTHER, PROVISIONED, type Stage, type StageOptions, VAULT_ID } from './stage.ts'
import { assigned, createVault, REFUSALS } from './stand-ins/vault.ts'

let stage: Stage | undefined
const on = (options: StageOptions): Stage => (stage = createStage(options))
afterEach(() => stage?.close())

const OFFICER = { ...PROVISIONED, KEY_OFFICER_PRINCIPAL_ID: ME }
const ASSIGNED = { ...AZ, 'role assignment list': { out: assigned(ME, VAULT_ID) } }

test('the keys are those that the app asks for', () => {
  expect([...KEY_NAMES]).toEqual([SETTINGS.SEALING_KEY_NAME.fallback, SETTINGS.INDEX_KEY_NAME.fallback])
})

describe('after layer platform', () => {
  test('the key officer makes both keys, once, and is told how to give the right back', async () => {
    const vault = createVault()
    const { context, said, calls } = on({ env: OFFICER, fetch: vault.fetch })
    await platformPostprovision(context)
    expect(said()).toContain('  sealing-key: created\n  index-key: created')
    expect(said()).toContain('  npm run officer -- give-back')
    expect(calls()).toContain('azd env set KEYS_CREATED true --no-prompt')
    const [sealing, index] = KEY_NAMES.map((name) => vault.secrets.get(name)?.map(({ value }) => value))
    expect([sealing, index]).toEqual([[expect.stringMatching(/^[\w-]{43}$/)], [expect.stringMatching(/^[\w-]{43}$/)]])
    expect(sealing).not.toEqual(index)
    expect(said()).not.toContain(sealing?.[0])
  })

  test('a second run keeps them, and writes nothing', async () => {
    const vault = createVault()
    const { context, said, calls } = on({ env: { ...OFFICER, KEYS_CREATED: 'true' }, fetch: vault.fetch })
    await platformPostprovision(context)
    const made = new Map(vault.secrets)
    await platformPostprovision(context)
    expect(said()).toContain('  sealing-key: kept\n  index-key: kept')
    expect(vault.secrets).toEqual(made)
    expect(calls().filter((call) => call.startsWith('azd'))).toEqual([])
  })

  test.each([
    ['nobody is key officer', undefined, 'skipped: both keys exist; nobody is key officer.', 0],
    ['an empty one is nobody', '', 'skipped: both keys exist; nobody is key officer.', 0],
    ['somebody else is', OTHER, `skipped: both keys exist; key officer is ${OTHER}, not you (${ME}).`, 1],
  ])('with both keys made, %s: nothing is asked of the vault', async (_who, officer, expected, azCalls) => {
    const env = { ...PROVISIONED, KEYS_CREATED: 'true', KEY_OFFICER_PRINCIPAL_ID: officer }
    const { context, said, calls, pauses } = on({ env })
    await platformPostprovision(context)
    expect(said()).toContain(expected)
    expect(calls()).toHaveLength(azCalls)
    expect(pauses).toEqual([])
  })

  test('a role that is assigned but does not act yet is waited for, and the wait is explained once', async () => {
    const vault = createVault((asked) => (asked < 6 ? REFUSALS.byRole : undefined))
    const { context, said, pauses } = on({ env: OFFICER, fetch: vault.fetch, az: ASSIGNED })
    await platformPostprovision(context)
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 15_000])
    expect(said().match(/waiting/g)).toHaveLength(1)
    expect(said()).toContain('waiting (at most 600 s): the role "Key Vault Secrets Officer" is assigned to you')
    expect(vault.secrets.size).toBe(2)
  })

  test('the wait is bounded by ROLE_WAIT_SECONDS', async () => {
    const vault = createVault(() => REFUSALS.byRole)
    const env = { ...OFFICER, ROLE_WAIT_SECONDS: '5' }
    const { context, pauses } = on({ env, fetch: vault.fetch, az: ASSIGNED })
    await expect(platformPostprovision(context)).rejects.toThrow('azd provision platform --no-state')
    expect(pauses).toEqual([1000, 2000, 2000])
  })

  test.each([
    ['nobody', [], 'You are named key officer'],
    ['somebody else', assigned(OTHER, VAULT_ID), 'You are named key officer'],
    ['the whole group instead of the vault', assigned(ME, '/subscriptions/x'), 'You are named key officer'],
  ])('a role that is assigned to %s is not waited for', async (_whom, list, expected) => {
    const vault = createVault(() => REFUSALS.byRole)
    const az = { ...AZ, 'role assignment list': { out: list } }
    const { context, pauses } = on({ env: OFFICER, fetch: vault.fetch, az })
    await expect(platformPostprovision(context)).rejects.toThrow(expected)
    expect(pauses).toEqual([])
  })

  const html = () => new Response('<html>Blocked</html>', { status: 200, headers: { 'content-type': 'text/html' } })
  test.each([
    ['401', REFUSALS.unauthorized, `az login --tenant ${PROVISIONED.AZURE_TENANT_ID}`],
    ['403 by firewall', REFUSALS.byFirewall, 'az keyvault network-rule add --name kv-contoso'],
    ['403 of a disabled key', REFUSALS.disabled, '--name sealing-key --enabled true'],
    ['a page of a proxy', html, 'is a proxy between'],
  ])('%s is refused at once with its cure, and no key is made', async (_what, refusal, expected) => {
    const vault = createVault(() => (typeof refusal === 'function' ? refusal() : refusal))
    const { context, pauses } = on({ env: OFFICER, fetch: vault.fetch, az: ASSIGNED })
    await expect(platformPostprovision(context)).rejects.toThrow(expected)
    expect([pauses, vault.secrets.size]).toEqual([[], 0])
  })

  test.each([
    ['429', REFUSALS.throttled, 7000],
    ['500', REFUSALS.broken, 1000],
  ])('%s passes by itself: asked again after the time it names', async (_what, refusal, pause) => {
    const vault = createVault((asked) => (asked === 1 ? refusal : undefined))
    const { context, pauses } = on({ env: OFFICER, fetch: vault.fetch })
    await platformPostprovision(context)
    expect([pauses, vault.secrets.size]).toEqual([[pause], 2])
  })

  test('a vault that stays broken is given up after a minute, and no key is made', async () => {
    const vault = createVault(() => REFUSALS.broken)
    const { context, pauses } = on({ env: OFFICER, fetch: vault.fetch })
    await expect(platformPostprovision(context)).rejects.toThrow('azd hooks run postprovision --layer platform')
    expect(pauses.reduce((sum, pause) => sum + pause)).toBe(60_000)
    expect(vault.secrets.size).toBe(0)
  })

  test('a deleted key is recovered, never replaced', async () => {
    const vault = createVault()
    vault.deleted.add('index-key')
    const { context } = on({ env: OFFICER, fetch: vault.fetch })
    await expect(platformPostprovision(context)).rejects.toThrow(
      'az keyvault secret recover --vault-name kv-contoso --name index-key',
    )
  })

  test('where nobody is officer and it is not known whether keys exist, whoever may not look ends with 0', async () => {
    const vault = createVault(() => REFUSALS.byRole)
    const { context, said, pauses } = on({ env: PROVISIONED, fetch: vault.fetch })
    await platformPostprovision(context)
    expect(said()).toContain('Keys: skipped: nobody is key officer.')
    expect(said()).toContain('  npm run officer -- take\n  azd provision platform --no-state')
    expect(pauses).toEqual([])
  })

  test('a pipeline without az ends with 0, too', async () => {
    const { context, said } = on({ az: 'missing' })
    await platformPostprovision(context)
    expect(said()).toContain('Keys: skipped: nobody is key officer. (az was not found in PATH.')
  })

  test('somebody else is officer and no key is known: said at once, with the way to take the right', async () => {
    const vault = createVault(() => REFUSALS.byRole)
    const { context } = on({
      env: { ...PROVISIONED, KEY_OFFICER_PRINCIPAL_ID: OTHER },
      fetch: vault.fetch,
      az: ASSIGNED,
    })
    await expect(platformPostprovision(context)).rejects.toThrow(
      /key officer is bbbbbbbb-.*\n {2}npm run officer -- give-back\n {2}npm run officer -- take\n {2}azd provision platform --no-state/,
    )
  })

  test.each([['KEY_VAULT_URL'], ['KEY_VAULT_NAME']])('without %s the command that makes it is named', async (name) => {
    const vault = createVault(() => REFUSALS.byRole)
    const { context } = on({ env: { ...OFFICER, [name]: '' }, fetch: vault.fetch })
    await expect(platformPostprovision(context)).rejects.toThrow('azd provision platform --no-state')
  })

  test('the token is sent to no other host than one of Key Vault', async () => {
    const { context } = on({ env: { ...OFFICER, KEY_VAULT_URL: 'https://vault.azure.net.evil.example' } })
    await expect(platformPostprovision(context)).rejects.toThrow('not an address of Key Vault')
  })
})

test('a redirect of the vault is not followed, and one that cannot be reached is named by its reason', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(302, { location: 'http://127.0.0.1:1/', connection: 'close' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const vault = openVault({ url, token: () => Promise.resolve('t'), fetch })
  await expect(vault.has('index-key')).rejects.toMatchObject({ status: 0, reason: 'Unreachable' })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await expect(vault.has('index-key')).rejects.toMatchObject({ status: 0, reason: 'ECONNREFUSED' })
})
