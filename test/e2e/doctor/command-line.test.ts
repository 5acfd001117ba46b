// Not in a bare npm test: types commands.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { delimiter } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { managementToken } from '../../../infra/doctor/command-line/management-token.ts'
import type { Context } from '../../../infra/hooks/run/context.ts'
import { appointAdministrator } from '../support/administrator.ts'
import { PRIYA } from '../support/oauth.ts'
import { findTokens } from '../support/table-dump.ts'
import { type Account, type Az, startAz } from '../../sandbox/azure/az/start-az.ts'
import { EntraError } from '../../sandbox/entra/errors.ts'
import { ENTRA_CLIENT_ID, TENANT_ID } from '../../sandbox/people.ts'
import { type AzdValues, makeAzdValues } from './azd-values.ts'
import { doctor, examineBy, reportIn } from './command.ts'
import { answerOf } from './breaking-proxy.ts'
import { faultsIn, personAt, useStage } from './stage.ts'

const stage = useStage()

describe('the command', () => {
  test('prints the report in lines of at most 88 characters, and ends with 0 when all is well', async () => {
    const { code, stdout, stderr } = await doctor([stage().mcpUrl])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/✓ All well, one thing to look at\. This holds for this machine alone/)
    expect(stdout).not.toContain('\u001b')
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(88)
  })

  test('ends with 1 when something is wrong, and says what to do first', async () => {
    stage().proxy.fault = { instead: () => answerOf(404) }
    const { code, stdout } = await examineBy([stage().mcpUrl])
    expect(code).toBe(1)
    expect(stdout).toContain('[no-functions]')
    expect(stdout.trim().split('\n').at(-1)).toBe('  First: azd deploy')
  })

  test('prints nothing but JSON with --json', async () => {
    const ended = await examineBy([stage().mcpUrl, '--json'])
    expect(reportIn(ended)).toMatchObject({ url: stage().mcpUrl, passed: true, chunkedBodies: 'refused' })
    expect(reportIn(ended).clients).toContainEqual({ name: 'chatgpt', admitted: 'yes', lacking: [] })
  })

  test('--clients says who is missing, and ends with 1', async () => {
    const { code, stdout } = await examineBy([stage().mcpUrl, '--clients', 'chatgpt, copilot-studio'])
    expect([code, stdout]).toEqual([1, expect.stringContaining('[clients-missing]')])
    expect(stdout.trim().split('\n').at(-1)).toBe('  First: azd env set CLIENTS "chatgpt,copilot-studio"')
  })

  test('--clients refuses a name that it does not know, and lists those that it does', async () => {
    const { code, stderr } = await examineBy([stage().mcpUrl, '--clients', 'chatgpt,claud'])
    expect(code).toBe(2)
    expect(stderr).toContain('“claud” is not known. Known are: chatgpt, ')
  })

  test('npm’s own lines are left out by the command that --help names', async () => {
    const { stdout: help } = await examineBy(['--help'])
    expect(help).toContain('npm run --silent doctor -- <address> --json')
    const args = ['run', '--silent', 'doctor', '--', stage().mcpUrl, '--json']
    const { stdout } = await promisify(execFile)('npm', args, {
      cwd: process.cwd(),
      shell: process.platform === 'win32',
    })
    expect(JSON.parse(stdout)).toMatchObject({ url: stage().mcpUrl, passed: true })
  })

  test('a reader that stops reading is no fault of the doctor’s', async () => {
    const { code, stderr } = await doctor([stage().mcpUrl], {}, undefined, 'deaf')
    expect([code, stderr]).toEqual([1, ''])
  })

  test.each([
    ['without an address', [], 2, ''],
    ['with an address that a shell did not set', [' '], 2, ''],
    ['with an option that does not exist', ['https://a.example/mcp', '--fix'], 2, ''],
    ['with an option twice', ['https://a.example/mcp', '--json', '--json'], 2, ''],
    ['with clients that a shell did not set', ['https://a.example/mcp', '--clients', ''], 2, ''],
    ['with two client ids', ['https://a.example/mcp', '--deep', '--client-id', 'a', '--client-id', 'b'], 2, ''],
    ['with an empty client id', ['https://a.example/mcp', '--deep', '--client-id='], 2, ''],
    ['with a client id for nothing', ['https://a.example/mcp', '--client-id', ENTRA_CLIENT_ID], 2, ''],
    ['with trust for nothing', ['https://a.example/mcp', '--deep', '--trust', 'https://a.example'], 2, ''],
    [
      'with trust in more than an origin',
      ['https://a.example/mcp', '--deep', '--client-id', ENTRA_CLIENT_ID, '--trust', 'https://a.example/mcp'],
      2,
      '',
    ],
    ['with --help', ['--help'], 0, 'Usage'],
    ['with an address that cannot be right', ['https://a.example'], 1, 'address-no-mcp'],
  ])('%s', async (_, args, code, said) => {
    const ended = await examineBy(args)
    expect(ended.code).toBe(code)
    expect(ended.stdout).toContain(said)
    if (code === 2) expect(ended.stderr).toContain('Usage: npm run doctor')
  })

  test.each([
    ['wrong usage', ['https://a.example/mcp', '--fix']],
    ['its help', ['--help']],
    ['an address that cannot be right', ['https://a.example', '--json']],
  ])('ends and prints as its function does: %s', async (_, args) => {
    expect(await doctor(args)).toEqual(await examineBy(args))
  })

  test('--sign-in shows the address of the sign-in and waits for the browser', async () => {
    let seen = ''
    let visited: Promise<void> | undefined
    const ended = await doctor([stage().mcpUrl, '--sign-in', '--json'], {}, (piece) => {
      seen += piece
      const [url] = /http:\/\/\S+\/oauth\/authorize\?\S+/.exec(seen) ?? []
      if (url === undefined) return
      seen = ''
      visited = personAt(PRIYA).open(url)
      visited.catch(() => undefined)
    })
    await visited
    expect(faultsIn(reportIn(ended))).toEqual([])
    expect(reportIn(ended).findings.at(-1)).toMatchObject({ step: 'sign-in', status: 'ok' })
  })
})

describe('--deep, with the Azure CLI', () => {
  const SUBSCRIPTION = '9e107d9d-372b-4c9b-8a2e-1f0c6d5b4a39'
  const signedIn: Account = {
    tenantId: TENANT_ID,
    subscriptionId: SUBSCRIPTION,
    subscriptionName: 'Trial',
    user: { type: 'user', name: PRIYA },
  }
  const state: { account: Account | undefined; refuse: EntraError | undefined } = {
    account: signedIn,
    refuse: undefined,
  }
  let az: Az
  const context: Context = {
    args: [],
    env: {},
    platform: process.platform,
    nodeVersion: process.versions.node,
    say: () => undefined,
    fetch,
    now: () => 0,
    sleep: () => Promise.resolve(),
  }
  beforeAll(async () => {
    appointAdministrator(stage().sandbox, PRIYA)
    az = await startAz({
      account: () => state.account,
      token: ({ tenant: _, ...ask }) => {
        if (state.refuse) return Promise.reject(state.refuse)
        return stage().sandbox.entra.mintCliToken({ signedIn: { upn: PRIYA }, ...ask })
      },
    })
  })
  afterAll(() => az.close())
  const deep = async (args: readonly string[], environment: Readonly<Record<string, string>> = az.environment) =>
    reportIn(await examineBy([stage().mcpUrl, '--deep', '--json', ...args], environment))

  test('gets a token and asks the app', async () => {
    Object.assign(state, { account: signedIn, refuse: undefined })
    const args = ['--deep', '--json', '--client-id', ENTRA_CLIENT_ID, '--trust', stage().proxy.url]
    const report = reportIn(await examineBy([stage().mcpUrl, ...args], az.environment))
    expect(faultsIn(report)).toEqual([])
    expect(report.findings.at(-1)).toMatchObject({ step: 'deep-check', status: 'ok' })
    expect(findTokens([{ where: 'report', value: report }])).toEqual([])
  })

  test('without a client id it says where to find it', async () => {
    expect(faultsIn(await deep([]))).toEqual(['failed client-id-missing'])
  })

  const ID = ENTRA_CLIENT_ID
  test.each<[what: string, code: string, change: Partial<typeof state>, id: string, path?: string]>([
    ['nobody is signed in', 'az-not-signed-in', { account: undefined }, ID],
    [
      'the registration does not list the Azure CLI',
      'az-not-preauthorised',
      { refuse: new EntraError('AADSTS65001') },
      ID,
    ],
    ['Entra wants another proof', 'az-refused', { refuse: new EntraError('AADSTS50076') }, ID],
    ['the client id is none', 'client-id-missing', {}, 'x;reboot'],
    ['there is no Azure CLI', 'az-missing', {}, ID, '/nowhere'],
  ])('%s → %s', async (_, code, change, clientId, path = az.environment.PATH) => {
    Object.assign(state, { account: signedIn, refuse: undefined }, change)
    const env = { ...az.environment, PATH: path }
    const origin = 'https://crm.example'
    await expect(managementToken({ ...context, env }, { origin, clientId, trust: origin })).rejects.toMatchObject({
      code,
    })
  })

  test.each([
    ['--client-id alone', []],
    ['trust in another', ['--trust', 'https://crm.example']],
    ['trust in a longer name', ['--trust', 'http://127.0.0.1']],
  ])('the token goes to no address that nobody vouched for: %s', async (_, args) => {
    Object.assign(state, { account: signedIn, refuse: undefined })
    const asked: string[] = []
    stage().proxy.fault = { request: (one) => (asked.push(one.path), one) }
    expect(faultsIn(await deep(['--client-id', ENTRA_CLIENT_ID, ...args]))).toEqual(['failed address-not-trusted'])
    expect(asked).not.toContain('/manage')
  })

  describe('with an azd environment', () => {
    let azd: AzdValues
    beforeAll(async () => void (azd = await makeAzdValues()))
    afterAll(() => azd.close())
    const own = () => ({ ENTRA_CLIENT_ID, PUBLIC_BASE_URL: stage().proxy.url })
    test.each<[what: string, code: string | undefined, values: () => Record<string, string>, args: string[]]>([
      ['its own address', undefined, own, []],
      ['its MCP_URL', undefined, () => ({ ENTRA_CLIENT_ID, MCP_URL: stage().mcpUrl }), []],
      ['another one', 'address-of-another-app', () => ({ ...own(), PUBLIC_BASE_URL: 'https://crm.example' }), []],
      [
        'another one, whatever is trusted',
        'address-of-another-app',
        () => ({ ...own(), PUBLIC_BASE_URL: 'https://crm.example' }),
        ['--client-id', ENTRA_CLIENT_ID, '--trust', 'http://127.0.0.1'],
      ],
      ['none yet', 'address-not-trusted', () => ({ ENTRA_CLIENT_ID }), []],
    ])('%s', async (_, code, given, args) => {
      Object.assign(state, { account: signedIn, refuse: undefined })
      await azd.set(given())
      const environment = { ...az.environment, PATH: `${azd.folder}${delimiter}${az.environment.PATH}` }
      expect(faultsIn(await deep(args, environment))).toEqual(code === undefined ? [] : [`failed ${code}`])
    })
  })
})
