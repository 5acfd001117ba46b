import { afterEach, describe, expect, test } from '@jest/globals'
import { domain } from '../../../infra/hooks/steps/domain.ts'
import { AZ, AZD, createStage, ME, PROVISIONED, type Stage, SUBSCRIPTION } from './stage.ts'

let stage: Stage | undefined
afterEach(() => stage?.close())

const HOST = 'crm-mcp.contoso.com'
const GROUP = PROVISIONED['AZURE_RESOURCE_GROUP']
const NAMED = { FUNCTION_APP_NAME: 'func-contoso', CUSTOM_BASE_URL: `https://${HOST}` }
const SITE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}/providers/Microsoft.Web/sites/func-contoso`

type Call = readonly [method: string, path: string, body: unknown]
type Azure = {
  readonly site?: object
  readonly bound?: string
  /** What Azure says to a PUT. */
  readonly put?: readonly [status: number, body: object]
}

/** App Service as it answers, and what it was asked. */
function azure({ site = {}, bound, put = [200, {}] }: Azure) {
  const calls: Call[] = []
  const answer = (status: number, body: object) => new Response(JSON.stringify(body), { status })
  const fetch: typeof globalThis.fetch = (input, init) => {
    const { pathname, host } = new URL(input as string)
    const path = pathname.replace(SITE, '')
    const method = init?.method ?? 'GET'
    calls.push([
      method,
      `${host === 'management.azure.com' ? '' : host}${path}`,
      JSON.parse(typeof init?.body === 'string' ? init.body : 'null'),
    ])
    if (method === 'PUT') return Promise.resolve(answer(...put))
    if (method === 'DELETE') return Promise.resolve(new Response(null, { status: bound === undefined ? 404 : 200 }))
    if (path !== '')
      return Promise.resolve(
        bound === undefined
          ? answer(404, { error: { code: 'ResourceNotFound', message: 'none' } })
          : answer(200, { properties: { sslState: bound } }),
      )
    const properties = {
      defaultHostName: 'func-contoso.azurewebsites.net',
      customDomainVerificationId: 'ABC1',
      ...site,
    }
    return Promise.resolve(answer(200, { properties }))
  }
  return { fetch, calls }
}

const on = (args: readonly string[], values: Readonly<Record<string, string>>, state: Azure = {}) => {
  const { fetch, calls } = azure(state)
  const env = { ...PROVISIONED, ...NAMED, ...values }
  stage = createStage({ args, fetch, env: {}, az: AZ, azd: { ...AZD, 'env get-values': { out: env } } })
  const made = stage
  return { ...made, asked: () => calls, set: () => made.calls().filter((call) => call.includes('env set')) }
}
const writes = (calls: readonly Call[]) => calls.filter(([method]) => method !== 'GET')

describe('npm run domain', () => {
  test.each<[string, string | undefined, Readonly<Record<string, string>>, string]>([
    ['not bound', undefined, {}, 'npm run domain -- bind'],
    ['bound, and not remembered', 'SniEnabled', {}, 'npm run domain -- bind'],
    ['bound, without a certificate', 'Disabled', { CUSTOM_DOMAIN: HOST }, 'azd provision platform --no-state'],
    ['bound, with its certificate', 'SniEnabled', { CUSTOM_DOMAIN: HOST }, 'azd up'],
    ['the address', 'SniEnabled', { CUSTOM_DOMAIN: HOST, PUBLIC_BASE_URL: `https://${HOST}` }, 'Nothing is left to do'],
  ])('%s: prints the records, and what comes next', async (_what, bound, values, next) => {
    const { context, said, asked, set } = on([], values, bound === undefined ? {} : { bound })
    await domain(context)
    expect(said()).toContain(`  CNAME  ${HOST}  func-contoso.azurewebsites.net\n  TXT    asuid.${HOST}  ABC1`)
    expect(said().trimEnd().split('\n').at(-1)).toContain(next)
    expect([writes(asked()), set()]).toEqual([[], []])
  })

  test.each([
    ['', 'azd env set CUSTOM_BASE_URL https://<host'],
    ['https://contoso.com', 'must be a host below a domain'],
    ['https://func-x.azurewebsites.net', 'must be a host below a domain'],
    ['https://crm.contoso.com:8443', 'must be a host below a domain'],
    ['https://10.0.0.1', 'must be a host below a domain'],
  ])('CUSTOM_BASE_URL=%s can be bound by nobody', async (address, says) => {
    for (const args of [[], ['bind']]) {
      const { context, asked, close } = on(args, { CUSTOM_BASE_URL: address })
      await expect(domain(context)).rejects.toThrow(says)
      expect(asked()).toEqual([])
      close()
    }
  })

  test.each([[['bind', HOST]], [['unbind']], [['unbind', HOST, HOST]], [['certificate']], [['--dry-run']]])(
    '%j is not understood, and nothing is done',
    async (args) => {
      const { context, asked, calls } = on(args, {})
      await expect(domain(context)).rejects.toThrow('npm run domain -- unbind <host>')
      expect([asked(), calls()]).toEqual([[], []])
    },
  )
})

describe('npm run domain -- bind', () => {
  test('binds without TLS what is not bound, and remembers it', async () => {
    const { context, asked, set, said } = on(['bind'], {})
    await domain(context)
    expect(writes(asked())).toEqual([
      ['PUT', `/hostNameBindings/${HOST}`, { properties: expect.objectContaining({ sslState: 'Disabled' }) }],
    ])
    expect(set()).toEqual([`azd env set CUSTOM_DOMAIN ${HOST} --no-prompt`])
    expect(said()).toContain('  azd provision platform --no-state')
  })

  test.each(['Disabled', 'SniEnabled', 'IpBasedEnabled'])('what is bound (%s) is never bound again', async (bound) => {
    const { context, asked, set } = on(['bind'], {}, { bound })
    await domain(context)
    expect(writes(asked())).toEqual([])
    expect(set()).toEqual([`azd env set CUSTOM_DOMAIN ${HOST} --no-prompt`])
  })

  test.each<[string, string | undefined, Readonly<Record<string, string>>, RegExp]>([
    [
      'not bound',
      undefined,
      {},
      /certificate, [^]*--no-state\nThen the address, which ends every connection [^]*azd up$/,
    ],
    [
      'with a certificate',
      'SniEnabled',
      {},
      /certificate\. The address[^\n]*\nNow the address, which ends every connection [^]*azd up$/,
    ],
    ['the address', 'SniEnabled', { PUBLIC_BASE_URL: `https://${HOST}` }, /^[^\n]*bound, with its certificate\.$/],
  ])('%s: says what is left to do, and no more', async (_what, bound, values, says) => {
    const { context, said } = on(['bind'], values, bound === undefined ? {} : { bound })
    await domain(context)
    expect(said().trimEnd()).toMatch(says)
  })

  test('Azure’s reason is told with the records, and nothing is remembered', async () => {
    const missing = `A TXT record pointing from asuid.${HOST} to ABC1 was not found.`
    const { context, set } = on(['bind'], {}, { put: [400, { Code: 'BadRequest', Message: missing }] })
    await expect(domain(context)).rejects.toThrow(
      new RegExp(`${missing.replaceAll('.', '\\.')}[^]*CNAME[^]*TXT[^]*npm run domain -- bind`),
    )
    expect(set()).toEqual([])
  })

  test('an app that can have no certificate is told so, and not bound', async () => {
    const { context, asked, set } = on(['bind'], {}, { site: { siteScopedCertificatesEnabled: false } })
    await expect(domain(context)).rejects.toThrow('infra/custom-domain.md#front-doors')
    expect([writes(asked()), set()]).toEqual([[], []])
  })

  test('whoever may not is told in Azure’s words', async () => {
    const { context } = on(
      ['bind'],
      {},
      { put: [403, { error: { code: 'AuthorizationFailed', message: `${ME} may not` } }] },
    )
    await expect(domain(context)).rejects.toThrow(`${ME} may not`)
  })
})

describe('npm run domain -- unbind', () => {
  test('takes the binding, then its certificate, and forgets it', async () => {
    const { context, asked, set } = on(
      ['unbind', HOST],
      { CUSTOM_BASE_URL: '', CUSTOM_DOMAIN: HOST },
      { bound: 'SniEnabled' },
    )
    await domain(context)
    expect(writes(asked()).map(([method, path]) => `${method} ${path}`)).toEqual([
      `DELETE /hostNameBindings/${HOST}`,
      'DELETE /certificates/crm-mcp-contoso-com',
    ])
    expect(set()).toEqual(['azd env set CUSTOM_DOMAIN  --no-prompt'])
  })

  test('what is gone already is no trouble, and another host stays remembered', async () => {
    const { context, set } = on(['unbind', 'old.contoso.com'], { CUSTOM_DOMAIN: HOST })
    await domain(context)
    expect(set()).toEqual([])
  })

  test.each<[string, Readonly<Record<string, string>>]>([
    ['is the address', { PUBLIC_BASE_URL: `https://${HOST}`, CUSTOM_BASE_URL: '' }],
    ['is to be it', {}],
  ])('not a host that %s', async (_what, values) => {
    const { context, asked } = on(['unbind', HOST], values, { bound: 'SniEnabled' })
    await expect(domain(context)).rejects.toThrow('azd env set CUSTOM_BASE_URL=')
    expect(asked()).toEqual([])
  })

  test.each(['contoso.com', '../sites/other', 'a.b.c/d', 'x'.repeat(300), 'func.azurewebsites.net', '%2e%2e.b.com'])(
    '%s is no host of theirs, and goes into no address',
    async (host) => {
      const { context, asked } = on(['unbind', host], {})
      await expect(domain(context)).rejects.toThrow('no host of yours')
      expect(asked()).toEqual([])
    },
  )
})
