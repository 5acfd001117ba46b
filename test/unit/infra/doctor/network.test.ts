import { describe, expect, test } from '@jest/globals'
import { diagnose } from '../../../../infra/doctor/diagnose.ts'
import { lookFromOutside } from '../../../../infra/doctor/command-line/look-at-network.ts'
import type { Gate, LookAtNetwork } from '../../../../infra/doctor/steps/network.ts'
import { type Context, Stop } from '../../../../infra/hooks/run/context.ts'

const away: typeof fetch = () => Promise.reject(new Error('no answer'))
const URL_OF_APP = 'https://app.example/mcp'

/** What is said of the network, though the app itself is not to be reached. */
const told = async (look: LookAtNetwork) => {
  const { findings } = await diagnose(URL_OF_APP, {
    fetch: away,
    attempts: 1,
    pause: async () => undefined,
    network: look,
  })
  return findings
    .filter(({ step }) => step === 'network')
    .map(({ status, code, found, fix }) => [status, code, found, fix?.match(/^ {2}(.+)$/m)?.[1]])
}

const gate = (what: string, standing: Gate['standing']): Gate => ({ what, standing })
const CLOSE = 'npm run network -- close'

describe('who reaches a private deployment from outside', () => {
  test.each<[string, readonly Gate[] | Awaited<ReturnType<LookAtNetwork>>, unknown[]]>([
    ['no private network', undefined, []],
    [
      'nobody',
      [gate('vault kv', { access: 'nobody' }), gate('account st', { access: 'nobody' })],
      [['ok', undefined, 'Nobody reaches vault and tables from outside of the private network', undefined]],
    ],
    [
      'an address that was left',
      [gate('vault kv', { access: 'some', addresses: ['203.0.113.7'] }), gate('account st', { access: 'nobody' })],
      [['warning', 'network-open', 'vault kv is open for 203.0.113.7', CLOSE]],
    ],
    [
      'no address, but not closed',
      [gate('vault kv', { access: 'some', addresses: [] })],
      [['warning', 'network-open', 'vault kv is open for no address, but not closed', CLOSE]],
    ],
    [
      'everybody',
      [
        gate('vault kv', { access: 'everybody' }),
        gate('account st', { access: 'some', addresses: ['1.1.1.1', '2.2.2.2'] }),
      ],
      [
        ['failed', 'network-public', 'vault kv is open for everybody', 'azd provision platform --no-state'],
        ['warning', 'network-open', 'account st is open for 1.1.1.1, 2.2.2.2', CLOSE],
      ],
    ],
    [
      'not known',
      { gates: [], unknown: ['az is not signed in'] },
      [['warning', 'network-unknown', 'az is not signed in', 'az login']],
    ],
    [
      'one that is not known beside one that is closed',
      { gates: [gate('vault kv', { access: 'nobody' })], unknown: ['no right on st'] },
      [['warning', 'network-unknown', 'no right on st', 'az login']],
    ],
    [
      'one that is not known beside one that is open',
      { gates: [gate('account st', { access: 'everybody' })], unknown: ['no right on kv'] },
      [
        ['warning', 'network-unknown', 'no right on kv', 'az login'],
        ['failed', 'network-public', 'account st is open for everybody', 'azd provision platform --no-state'],
      ],
    ],
  ])('%s', async (_what, seen, expected) => {
    const sight = seen === undefined || 'gates' in seen ? seen : { gates: seen, unknown: [] }
    expect(await told(() => Promise.resolve(sight))).toEqual(expected)
  })
})

describe('the doctor asks Azure', () => {
  const context = { env: {}, fetch: away } as unknown as Context
  test.each<[string, (given: Context) => Promise<Context>]>([
    ['not without an environment', () => Promise.reject(new Stop('no environment'))],
    [
      'not of another app’s environment',
      () => Promise.resolve({ ...context, env: { MCP_URL: 'https://other.example/mcp', PRIVATE_NETWORK: 'true' } }),
    ],
    ['not where no private network is asked for', () => Promise.resolve({ ...context, env: { MCP_URL: URL_OF_APP } })],
  ])('%s', async (_what, withValues) => {
    expect(await lookFromOutside(context, URL_OF_APP, withValues)()).toBeUndefined()
  })

  test('and says why it cannot', async () => {
    const env = { MCP_URL: URL_OF_APP, PRIVATE_NETWORK: 'true', KEY_VAULT_NAME: 'kv' }
    const look = lookFromOutside(context, URL_OF_APP, () => Promise.resolve({ ...context, env }))
    expect(await look()).toEqual({ gates: [], unknown: [expect.stringContaining('AZURE_SUBSCRIPTION_ID')] })
  })
})
