// Not in a bare npm test: starts programs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from '@jest/globals'
import { addressIn, isPublicAddress } from '../../../infra/hooks/network/own-address.ts'
import { network } from '../../../infra/hooks/steps/network.ts'
import { platformPostprovision } from '../../../infra/hooks/steps/platform-postprovision.ts'
import { rotateKey } from '../../../infra/hooks/steps/rotate-key.ts'
import { AZ, AZD, createStage, ME, PROVISIONED, type Stage, VAULT_ID } from './stage.ts'
import { armError, CLOSED, createAzure, HERE, type Options, PRIVATE } from './stand-ins/network.ts'
import { assigned, type Refusal } from './stand-ins/vault.ts'

let stage: Stage | undefined
afterEach(() => stage?.close())

const at = (
  azure: { fetch: typeof fetch },
  env: Record<string, string> = PRIVATE,
  args: readonly string[] = [],
): Stage =>
  (stage = createStage({
    env,
    args,
    fetch: azure.fetch,
    az: { ...AZ, 'role assignment list': { out: assigned(ME, VAULT_ID) } },
    azd: { ...AZD, 'env get-values': { out: env } },
  }))

const ROUND = ['kv-contoso: Enabled Deny []', `kv-contoso: Enabled Deny [${HERE}]`, 'kv-contoso: Disabled Deny []']

describe('after layer platform, in a private network', () => {
  test('the vault names the address, that one alone is let in, keys are made, and it is closed again', async () => {
    const azure = createAzure({})
    const { context, said } = at(azure)
    await platformPostprovision(context)
    expect(azure.written).toEqual(ROUND)
    expect(azure.secrets.size).toBe(2)
    expect(said()).toMatch(/open for 203\.0\.113\.7 alone\n[^]*sealing-key: created[^]*closed again/)
  })

  test('on a machine in the network nothing is opened', async () => {
    const azure = createAzure({ inside: true })
    await platformPostprovision(at(azure).context)
    expect([azure.written, azure.secrets.size]).toEqual([[], 2])
  })

  test.each(['false', '', 'yes'])('where PRIVATE_NETWORK is %j, nobody asks who comes in', async (value) => {
    const azure = createAzure({ inside: true, arm: () => armError(500, 'Asked') })
    await platformPostprovision(at(azure, { ...PRIVATE, PRIVATE_NETWORK: value }).context)
    expect([azure.written, azure.secrets.size]).toEqual([[], 2])
  })

  const open = { ...CLOSED, publicNetworkAccess: 'Enabled' }
  const rule = { ...open, networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '198.51.100.9' }] } }
  test.each([
    ['a rule', rule, 'is open for 198.51.100.9: closed now'],
    ['a door for nobody', open, 'is open for no address, but not closed: closed now'],
    [
      'everything',
      { ...open, networkAcls: { defaultAction: 'Allow', ipRules: [] } },
      'is open for everybody: closed now',
    ],
  ])('%s that was left is closed and told, though no key is looked at', async (_what, left, expected) => {
    const azure = createAzure({ left: { vault: left, account: left } })
    const { context, said } = at(azure, { ...PRIVATE, KEYS_CREATED: 'true', KEY_OFFICER_PRINCIPAL_ID: '' })
    await platformPostprovision(context)
    expect(azure.isClosed()).toBe(true)
    expect(said()).toContain(`Network: vault kv-contoso ${expected}`)
    expect(said()).toContain(`Network: storage account sttokens ${expected}`)
  })

  const SETTLED = { ...PRIVATE, KEYS_CREATED: 'true', KEY_OFFICER_PRINCIPAL_ID: '' }
  const UNKNOWN = 'Network: it is not known whether public access is closed.'
  test('where it cannot be looked up, that is said, and the deployment goes on', async () => {
    const azure = createAzure({ arm: () => armError(403, 'AuthorizationFailed') })
    const { context, said } = at(azure, SETTLED)
    await platformPostprovision(context)
    expect(said()).toContain(UNKNOWN)
  })

  test.each([
    ['the first', 1],
    ['the second', 2],
  ])('where %s that is asked for says nothing, the other is closed all the same', async (_which, silent) => {
    const arm: Options['arm'] = (_body, asked) => (asked === silent ? armError(403, 'AuthorizationFailed') : undefined)
    const azure = createAzure({ arm, left: { vault: rule, account: rule } })
    const { context, said } = at(azure, SETTLED)
    await platformPostprovision(context)
    expect(said()).toContain(UNKNOWN)
    expect(said()).toMatch(
      /Network: (vault kv-contoso|storage account sttokens) is open for 198\.51\.100\.9: closed now/,
    )
    expect([...azure.state.values()].map(({ publicNetworkAccess }) => publicNetworkAccess).toSorted()).toEqual([
      'Disabled',
      'Enabled',
    ])
  })
})

describe('whatever goes wrong, it is closed again', () => {
  const byRole: Refusal = { status: 403, code: 'ForbiddenByRbac', message: 'Caller is not authorized.' }
  test.each<[string, Options, RegExp]>([
    ['the right does not act', { vault: () => byRole }, /You are named key officer|does not/],
    ['the vault breaks', { vault: () => ({ status: 500, code: 'Broken', message: 'x' }) }, /Try again in some minutes/],
    ['the rule never acts', { deaf: true }, /The network of vault[^]*npm run network -- status/],
    [
      'each request leaves by another address',
      { address: (asked) => `198.51.100.${asked % 200}` },
      /requests leave by several addresses/,
    ],
    ['an address that no packet of the internet has', { address: () => '10.1.2.3' }, /The network of vault/],
    ['an address with a command in it', { address: () => '1.2.3.4;reboot' }, /The network of vault|Vault/],
  ])('%s', async (_what, options, expected) => {
    const azure = createAzure(options)
    const { context } = at(azure)
    await expect(platformPostprovision(context)).rejects.toThrow(expected)
    expect(azure.isClosed()).toBe(true)
    expect(azure.written.filter((line) => /10\.1\.2\.3|reboot|\/|,/.test(line.replace(/^\S+ /, '')))).toEqual([])
  })

  test.each([
    ['RequestDisallowedByPolicy', /A policy of the tenant[^]*in the network/],
    ['AuthorizationFailed', /You may not change who reaches vault kv-contoso/],
    ['AnotherOperationInProgress', /npm run network -- close\n {2}azd provision platform --no-state/],
  ])('Azure refuses to open by %s: said, with what to do', async (code, expected) => {
    const azure = createAzure({
      arm: (body) => (body?.publicNetworkAccess === 'Enabled' ? armError(403, code) : undefined),
    })
    await expect(platformPostprovision(at(azure).context)).rejects.toThrow(expected)
    expect(azure.isClosed()).toBe(true)
  })

  test('where closing fails, the step fails and says that it is open, though the keys are made', async () => {
    const azure = createAzure({
      arm: (body) => (body?.publicNetworkAccess === 'Disabled' ? armError(409, 'ScopeLocked') : undefined),
    })
    await expect(platformPostprovision(at(azure).context)).rejects.toThrow(
      /PUBLIC ACCESS IS STILL OPEN[^]*npm run network -- close\n {2}azd provision platform --no-state/,
    )
    expect(azure.secrets.size).toBe(2)
  })

  test('both are told where the work fails and closing, too', async () => {
    const azure = createAzure({
      vault: () => byRole,
      arm: (body) => (body?.publicNetworkAccess === 'Disabled' ? armError(409, 'ScopeLocked') : undefined),
    })
    const { context, said } = at(azure)
    await expect(platformPostprovision(context)).rejects.toThrow('You are named key officer')
    expect(said()).toContain('PUBLIC ACCESS IS STILL OPEN')
  })

  const WHILE_OPEN = new URL('../../../infra/hooks/network/while-open.ts', import.meta.url).href
  const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
  /** What a process prints, and the signal that ends it, which it is sent once it says `open`. */
  const ended = async (code: string, signal?: NodeJS.Signals): Promise<readonly [string, string | null]> => {
    const all = `setInterval(() => {}, 1000)\n${code}`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', all], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += String(chunk)
      if (output === 'open\n' && signal) child.kill(signal)
    })
    const [, endedBy] = (await once(child, 'close')) as [number | null, string | null]
    return [output, endedBy]
  }

  test.each(SIGNALS)('a process that is ended by %s closes first', async (signal) => {
    const code = `import { whileOpen } from '${WHILE_OPEN}'
      const firewall = { what: 'v', look: async () => ({ access: 'nobody' }), admit: async () => {}, close: async () => { console.log('closed') } }
      await whileOpen({ say: () => {} }, { firewalls: [firewall], open: async () => { console.log('open') } }, () => new Promise(() => {}))`
    expect(await ended(code, signal)).toEqual(['open\nclosed\n', signal])
  })

  test.each(SIGNALS)('what %s meets on its way is waited for; nothing is opened after it', async (signal) => {
    const code = `import { openOrClosed } from '${WHILE_OPEN}'
      const later = (what) => new Promise((done) => setTimeout(() => { console.log(what); done() }, 100))
      const heard = new Promise((done) => process.once('${signal}', done))
      const admit = ([one]) => heard.then(() => later('open ' + one))
      const firewall = { what: 'v', admit, close: () => later('closed') }
      await openOrClosed({ say: () => {} }, [firewall], async (guard) => {
        const opened = guard(firewall).admit(['a'])
        process.kill(process.pid, '${signal}')
        await opened
        await guard(firewall).admit(['b'])
      }).catch(() => new Promise(() => {}))`
    const [output, endedBy] = await ended(code)
    expect(output).toMatch(/^open a\n(?:closed\n)+$/)
    expect(endedBy).toBe(signal)
  })
})

describe('rotating', () => {
  test('opens and closes by itself, and adds one version', async () => {
    const azure = createAzure({})
    azure.secrets.set('sealing-key', [{ value: 'old', created: 1_700_000_000 }])
    await rotateKey(at(azure).context)
    expect(azure.written).toEqual(ROUND)
    expect(azure.secrets.get('sealing-key')).toHaveLength(2)
  })

  test('a rule of before that ends meanwhile costs no second version', async () => {
    const before = {
      ...CLOSED,
      publicNetworkAccess: 'Enabled',
      networkAcls: { defaultAction: 'Deny', ipRules: [{ value: HERE }] },
    }
    let writes = 0
    const azure = createAzure({
      left: { vault: before },
      vault: (_asked, method) => {
        if (method === 'PUT') writes += 1
        if (writes === 1 && method === 'GET') {
          writes = 2
          azure.state.set(VAULT_ID, CLOSED)
          return { status: 403, code: 'ForbiddenByConnection', message: 'Closed just now.' }
        }
        return undefined
      },
    })
    azure.secrets.set('sealing-key', [{ value: 'old', created: 1_700_000_000 }])
    await rotateKey(at(azure).context)
    expect(azure.secrets.get('sealing-key')).toHaveLength(2)
    expect(azure.isClosed()).toBe(true)
  })
})

describe('npm run network', () => {
  const both = (line: string) => [`kv-contoso: ${line}`, `sttokens: ${line}`]

  test('open lets this machine into both, status tells it, close ends it', async () => {
    const azure = createAzure({})
    const opened = at(azure, PRIVATE, ['open'])
    await network(opened.context)
    expect(azure.written).toEqual(['kv-contoso: Enabled Deny []', ...both(`Enabled Deny [${HERE}]`)])
    expect(opened.said()).toContain(
      `Vault and tables are open for ${HERE} alone, until you close them:\n  npm run network -- close`,
    )
    opened.close()
    const told = at(azure, PRIVATE, ['status'])
    await network(told.context)
    expect(told.said()).toContain(`vault kv-contoso is open for ${HERE}\nstorage account sttokens is open for ${HERE}`)
    told.close()
    const closed = at(azure, PRIVATE, ['close'])
    await network(closed.context)
    expect(azure.isClosed()).toBe(true)
    closed.close()
    const after = at(azure, PRIVATE, ['status'])
    await network(after.context)
    expect(after.said()).toBe('Nobody reaches vault and tables from outside of the private network.')
  })

  test('what status could see is told also where the rest says nothing, and that it is not all', async () => {
    const open = { ...CLOSED, publicNetworkAccess: 'Enabled' }
    const arm: Options['arm'] = (_body, asked) => (asked === 1 ? armError(403, 'AuthorizationFailed') : undefined)
    const { context, said } = at(createAzure({ arm, left: { vault: open, account: open } }), PRIVATE, ['status'])
    await expect(network(context)).rejects.toThrow('npm run network -- close')
    expect(said()).toMatch(/is open for no address, but not closed\nYou may not see who reaches /)
  })

  test('an address that is named is let in without a question', async () => {
    const azure = createAzure({})
    await network(at(azure, PRIVATE, ['open', '--address', '198.51.100.9']).context)
    expect(azure.written.sort()).toEqual(both('Enabled Deny [198.51.100.9]'))
  })

  test('in the network nothing stays open', async () => {
    const azure = createAzure({ inside: true })
    const { context, said } = at(azure, PRIVATE, ['open'])
    await network(context)
    expect(azure.isClosed()).toBe(true)
    expect(said()).toContain('This machine is in it')
  })

  test.each<[string, readonly string[], RegExp]>([
    ['nothing', [], /npm run network -- status/],
    ['something else', ['shut'], /Say which/],
    ['two words', ['open', 'close'], /Say which/],
    ['an address to close', ['close', '--address', HERE], /Say which/],
    ['an option that there is not', ['open', '--force'], /Say which/],
    ['a range', ['open', '--address', '203.0.113.0/24'], /Not one IPv4 address/],
    ['everything', ['open', '--address', '0.0.0.0'], /Not one IPv4 address/],
    ['a private address', ['open', '--address', '192.168.1.4'], /Not one IPv4 address/],
    ['IPv6', ['open', '--address', '2001:db8::1'], /Not one IPv4 address/],
  ])('%s is not understood, and nothing is opened', async (_what, args, expected) => {
    const azure = createAzure({})
    await expect(network(at(azure, PRIVATE, args).context)).rejects.toThrow(expected)
    expect(azure.isClosed()).toBe(true)
  })

  test('an environment without a private network is told how to have one', async () => {
    const azure = createAzure({})
    await expect(network(at(azure, PROVISIONED, ['open']).context)).rejects.toThrow(
      /azd env set PRIVATE_NETWORK true\n {2}azd provision platform/,
    )
    expect(azure.written).toEqual([])
  })

  test.each(['https://sttokens.table.core.windows.net.evil.example', 'http://sttokens.table.core.windows.net'])(
    'the token for tables goes to no %s',
    async (endpoint) => {
      const azure = createAzure({})
      await expect(network(at(azure, { ...PRIVATE, TABLES_ENDPOINT: endpoint }, ['open']).context)).rejects.toThrow(
        'not an address of tables',
      )
      expect(azure.isClosed()).toBe(true)
    },
  )
})

describe('an address', () => {
  test.each(['203.0.113.7', '8.8.8.8', '172.15.0.1', '172.32.0.1', '223.255.255.254'])(
    '%s is one of the internet',
    (text) => expect(isPublicAddress(text)).toBe(true),
  )
  test.each([
    '',
    '1.2.3',
    '1.2.3.4/32',
    '01.2.3.4',
    '256.1.1.1',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '100.64.0.1',
    '169.254.169.254',
    '127.0.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '1.2.3.4 ',
    'localhost',
  ])('%j is none', (text) => expect(isPublicAddress(text)).toBe(false))
  test.each([
    ['Client address is not authorized.\r\nClient address: 203.0.113.7\r\nCaller: appid=x', HERE],
    ['Client address: 203.0.113.7 from unknown subnet', HERE],
    ['Client address: 203.0.113.7.8', undefined],
    ['Client address: 10.0.0.4', undefined],
    [`${'x'.repeat(3_000)}Client address: 203.0.113.7`, undefined],
    ['Vault: kv', undefined],
  ])('%j', (message, expected) => expect(addressIn(message)).toBe(expected))
})
