// Not in a bare npm test: starts programs.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { requiredPermissions } from '../../../infra/hooks/consent/ask-consent.ts'
import { postdeploy } from '../../../infra/hooks/steps/postdeploy.ts'
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.ts'
import { AZ, CLIENT, createStage, PROVISIONED, type Stage, type StageOptions, SUBSCRIPTION, TENANT } from './stage.ts'

let sandbox: Sandbox
let stage: Stage | undefined
/** Each test at an address of its own: an instance bears a hundred refusals of one in ten minutes. */
let deployers = 0
beforeAll(async () => {
  sandbox = await startSandbox({ deployed: true, settings: { TRUSTED_HOPS: '2', CLIENT_ID_METADATA_DOCUMENTS: 'off' } })
})
afterAll(() => sandbox.close())
afterEach(() => stage?.close())

type Check = { name: string; status: string; code?: string; found: string; means?: string; fix?: string }
const FINE: Check = { name: 'storage', status: 'ok', found: 'a row was written, read and deleted' }
const YOUNG: Check = {
  name: 'storage',
  status: 'failed',
  code: 'storage-forbidden',
  found: 'refused (403)',
  fix: 'azd provision platform --no-state',
}
const WRONG: Check = {
  name: 'entra-credential',
  status: 'failed',
  code: 'federated-subject',
  found: 'AADSTS700213',
  fix: 'azd provision entra --no-state',
}

type World = {
  readonly app?: string
  readonly manage?: (asked: number) => Response
  readonly consent?: readonly string[] | 'unknown'
}
const NAMES = ['storage', 'vault', 'entra-credential', 'dataverse', 'clock', 'reports', 'terms', 'settings']
/** The whole answer of the app: whatever is not listed is well. */
const checks = (...list: Check[]) => {
  const others = NAMES.filter((name) => !list.some((one) => one.name === name))
  const all = [...list, ...others.map((name) => ({ name, status: 'ok', found: 'well' }))]
  const passed = all.every(({ status }) => status !== 'failed')
  return Response.json({ command: 'check', version: '1', passed, checks: all })
}

/** The sandbox's app, with /manage and the directory answered here. */
const on = (
  { app = sandbox.app.url, manage = () => checks(FINE), consent = [] }: World,
  options: StageOptions = {},
): Stage & { asked: () => string[] } => {
  const asked: string[] = []
  const caller = `198.51.100.${(deployers += 1)}`
  const answer: typeof fetch = async (input, init) => {
    const url = new URL(input as string)
    if (url.pathname === '/manage') {
      asked.push(new Headers(init?.headers).get('authorization') ?? '')
      return manage(asked.length)
    }
    if (url.host !== 'graph.microsoft.com') {
      const headers = new Headers(init?.headers)
      headers.set('x-forwarded-for', caller)
      return fetch(url.href.replace(sandbox.app.url, app), Object.assign({}, init, { headers }))
    }
    if (consent === 'unknown') return Response.json({}, { status: 403 })
    const [, appId] = /servicePrincipals\(appId='(.+)'\)$/.exec(url.pathname) ?? []
    if (appId !== undefined) return Response.json({ id: appId })
    const granted = requiredPermissions().map(({ appId: resourceId = CLIENT, scopes }) => ({
      consentType: 'AllPrincipals',
      resourceId,
      scope: scopes.filter((scope) => consent.includes(scope)).join(' '),
    }))
    return Response.json({ value: granted })
  }
  const env = { ...PROVISIONED, MCP_URL: sandbox.mcpUrl, ...options.env }
  const made = createStage({ fetch: answer, ...options, env })
  stage = made
  return { ...made, asked: () => asked }
}
const EVERYTHING = ['MCP.Access', 'User.Read', 'openid', 'profile', 'email', 'offline_access', 'user_impersonation']
const ADDRESS = `https://login.microsoftonline.com/${TENANT}/adminconsent?client_id=${CLIENT}`

describe('after a deployment', () => {
  test('that works, the last thing said is the address for ChatGPT', async () => {
    const { context, said, calls, asked, pauses } = on({ consent: EVERYTHING })
    await postdeploy(context)
    expect(said()).toContain('storage: “a row was written, read and deleted”')
    expect(said()).toContain('Consent: granted for everyone in the tenant.')
    expect(said().endsWith(`Give ChatGPT this address:\n  ${sandbox.mcpUrl}`)).toBe(true)
    expect(asked()).toEqual([expect.stringMatching(/^Bearer ey/)])
    expect(said()).not.toContain(asked()[0]?.slice(7))
    expect(calls()).toContain(
      `az account get-access-token --scope ${CLIENT}/MCP.Access --subscription ${SUBSCRIPTION} --output json`,
    )
    expect(pauses).toEqual([])
  })

  test('by a service principal, its token is for the app itself', async () => {
    const out = {
      id: SUBSCRIPTION,
      tenantId: TENANT,
      name: 'Contoso',
      user: { name: CLIENT, type: 'servicePrincipal' },
    }
    const { context, calls } = on({ consent: EVERYTHING }, { az: { ...AZ, 'account show': { out } } })
    await postdeploy(context)
    expect(calls()).toContain(
      `az account get-access-token --resource ${CLIENT} --subscription ${SUBSCRIPTION} --output json`,
    )
  })

  test.each<[string, readonly string[] | 'unknown', string]>([
    [
      'is missing',
      ['user_impersonation'],
      'not granted yet (User.Read openid profile email offline_access MCP.Access)',
    ],
    ['cannot be looked up', 'unknown', 'not known here'],
  ])('consent that %s is said with its address, and fails nothing', async (_what, consent, expected) => {
    const { context, said } = on({ consent })
    await postdeploy(context)
    expect(said()).toContain(expected)
    expect(said()).toContain(`  ${ADDRESS}`)
    expect(said()).toContain('Give ChatGPT this address')
  })

  test('a right that is too new is waited for', async () => {
    const { context, said, pauses, asked } = on({ manage: (count) => checks(count < 3 ? YOUNG : FINE) })
    await postdeploy(context)
    expect(pauses).toEqual([15_000, 15_000])
    expect(asked()).toHaveLength(3)
    expect(said()).toContain('waiting: what was deployed a moment ago may not act yet (storage-forbidden)')
    expect(said()).not.toContain('refused (403)')
  })

  test('a right that never comes fails it when the time is over, with the cure', async () => {
    const env = { APP_START_WAIT_SECONDS: '20' }
    const { context, said, pauses } = on({ manage: () => checks(YOUNG) }, { env })
    await expect(postdeploy(context)).rejects.toThrow(
      /does not work yet: storage-forbidden\.[^]*azd hooks run postdeploy/,
    )
    expect(pauses).toEqual([15_000, 5000])
    expect(said().replace(/\s+/g, ' ')).toContain('azd provision platform --no-state')
    expect(said()).not.toContain('Give ChatGPT this address')
  })

  test('what cannot pass by itself fails it at once', async () => {
    const { context, pauses } = on({ manage: () => checks(YOUNG, WRONG) })
    await expect(postdeploy(context)).rejects.toThrow('storage-forbidden, federated-subject')
    expect(pauses).toEqual([])
  })

  test('a deployer without the role Administrator is told so, and it fails nothing', async () => {
    const { context, said } = on({ manage: () => Response.json({ error: 'forbidden' }, { status: 403 }) })
    await postdeploy(context)
    expect(said()).toContain('administrator-role-missing')
    expect(said()).toContain('Give ChatGPT this address')
  })

  test.each<[string, StageOptions, string]>([
    ['az is missing', { az: 'missing' }, 'az was not found in PATH'],
    [
      'az is refused',
      { az: { ...AZ, 'account get-access-token': { error: 'AADSTS65001: no consent' } } },
      `az login --tenant ${TENANT} --scope ${CLIENT}/MCP.Access`,
    ],
  ])('where %s, the app is looked at from outside, and that is said', async (_what, options, expected) => {
    const { context, said, asked } = on({ consent: 'unknown' }, options)
    await postdeploy(context)
    expect(asked()).toEqual([])
    expect(said()).toContain('Inside the app: skipped: no token for it.')
    expect(said()).toContain(expected)
    expect(said()).toContain('Give ChatGPT this address')
  })

  test('an app that does not start is waited for as long as is allowed, and fails it', async () => {
    const refused: typeof fetch = async () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) })
    }
    const { context, pauses } = on({}, { env: { APP_START_WAIT_SECONDS: '30' }, fetch: refused })
    await expect(postdeploy(context)).rejects.toThrow('does not work yet: connection-refused')
    expect(pauses).toEqual([10_000, 10_000, 10_000])
  })

  test.each([['MCP_URL'], ['ENTRA_AUTHORITY_HOST']])('without %s the layer that makes it is named', async (name) => {
    const { context } = on({}, { env: { [name]: '' } })
    await expect(postdeploy(context)).rejects.toThrow('--no-state')
  })
})

describe('whom CLIENTS of the environment names', () => {
  test.each([['chatgpt'], ['none'], ['ChatGPT mcp-remote']])('%j: the app admits them', async (CLIENTS) => {
    const { context, said } = on({ consent: EVERYTHING }, { env: { CLIENTS } })
    await postdeploy(context)
    expect(said().replace(/\s+/g, ' ')).toMatch(/may connect: chatgpt, .*may not: claude/)
    expect(said()).toContain('Give ChatGPT this address')
  })

  test('and the app does not admit fails it, with the names', async () => {
    const { context, said } = on({ consent: EVERYTHING }, { env: { CLIENTS: 'chatgpt, claude, copilot-studio' } })
    await expect(postdeploy(context)).rejects.toThrow('does not work yet: clients-missing.')
    expect(said().replace(/\s+/g, ' ')).toMatch(/not admitted: claude \(.*copilot-studio \(/)
    expect(said()).not.toContain('Give ')
  })

  describe('without ChatGPT', () => {
    let app = ''
    beforeAll(async () => {
      app = (await sandbox.startInstance({ CLIENTS: 'claude', LOOPBACK_REDIRECTS: 'false' })).url
    })
    test('the address is for the clients', async () => {
      const { context, said } = on({ app, consent: EVERYTHING }, { env: { CLIENTS: 'claude' } })
      await postdeploy(context)
      expect(said()).toContain('may connect: claude;')
      expect(said().endsWith(`Give the clients this address:\n  ${sandbox.mcpUrl}`)).toBe(true)
    })
    test('which the environment still names, or does not speak of, fails it', async () => {
      for (const env of [{ CLIENTS: 'chatgpt,claude' }, {}]) {
        const { context, said } = on({ app, consent: EVERYTHING }, { env })
        await expect(postdeploy(context)).rejects.toThrow('does not work yet: chatgpt-redirect-refused.')
        expect(said()).toContain('azd env set CLIENTS "chatgpt,claude"')
      }
    })
  })
})
