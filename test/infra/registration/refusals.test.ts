import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { signIn } from '../../../infra/entra/register/graph/sign-in.ts'
import { readOptions } from '../../../infra/entra/register/options.ts'
import { registerAppStep } from '../../../infra/entra/register-app.ts'
import { ARGUMENTS, BASE_URL, BOB, IDENTITY, onlyApplication, startTenant, TENANT } from './tenant.ts'

const refuse = (status: number, code: string, message: string, headers: Record<string, string> = {}) =>
  Response.json({ error: { code, message } }, { status, headers })

describe('the command line', () => {
  const bad: [string, string[], RegExp][] = [
    ['nothing', [], /Missing: --environment, --base-url, --principal-id/],
    ['an unknown option', [...ARGUMENTS, '--force'], /--force/],
    ['http', ['--environment', 'a', '--base-url', 'http://a.example', '--principal-id', IDENTITY], /must be https/],
    [
      'a path',
      ['--environment', 'a', '--base-url', `${BASE_URL}/mcp`, '--principal-id', IDENTITY],
      /no path behind it/,
    ],
    ['no id', ['--environment', 'a', '--base-url', BASE_URL, '--principal-id', 'me'], /--principal-id must be an id/],
    ['an option twice', [...ARGUMENTS, '--base-url', 'https://b.example'], /--base-url is given more than once/],
    ['an empty value', [...ARGUMENTS, '--subscription', ''], /--subscription has no value/],
    ['a blank name', [...ARGUMENTS, '--assign', ' '], /--assign has no value/],
    ['a quote', ['--environment', "a') or ('", '--base-url', BASE_URL, '--principal-id', IDENTITY], /--environment/],
    ['a tenant’s name', [...ARGUMENTS, '--tenant', 'contoso & calc'], /--tenant must be an id/],
  ]
  test.each(bad)('%s is refused', (_what, args, said) => expect(() => readOptions(args)).toThrow(said))
  test('--help', () => expect(readOptions(['--help'])).toBeUndefined())
})

describe('who may not is told which role is missing', () => {
  test('a person who may not register applications', async () => {
    const tenant = startTenant({ roles: [], directory: { usersMayRegisterApplications: false } })
    await expect(tenant.run()).rejects.toThrow(
      /You may not make or change app registrations\. It needs .*Cloud Application Administrator or Application Administrator.*Application Developer/,
    )
  })
  test('a person who may make one and not consent: all else is done', async () => {
    const tenant = startTenant({ roles: ['Application Developer'] })
    await expect(tenant.run([...ARGUMENTS, '--grant-consent'])).rejects.toThrow(
      /You may not consent for the whole tenant\. It needs .*Privileged Role Administrator/,
    )
    expect(onlyApplication(tenant).requiredResourceAccess).toHaveLength(3)
    expect((await tenant.run()).writes).toEqual([])
  })
  test('a tenant without Dataverse', async () => {
    const tenant = startTenant({ directory: { dataverse: false } })
    await expect(tenant.run()).rejects.toThrow(
      /no enterprise application for Dataverse .*az ad sp create --id 00000007/s,
    )
    expect(tenant.directory.applications.size).toBe(0)
  })
  test.each(['nobody@contoso.example', '99999999-9999-4999-8999-999999999999'])('%s is nobody', async (whom) => {
    const tenant = startTenant()
    await expect(tenant.run([...ARGUMENTS, '--assign', whom])).rejects.toThrow(
      `Nobody in this tenant is called ${whom}`,
    )
  })
  test('a sign-in that ended', async () => {
    await expect(startTenant().run(ARGUMENTS, 'old')).rejects.toThrow(/sign-in is not valid.*az login/s)
  })
})

describe('Graph’s other answers', () => {
  test('it waits for replicas that have not heard of what was made', async () => {
    const tenant = startTenant({ graph: { delayReads: 3 } })
    const { writes } = await tenant.run([...ARGUMENTS, '--grant-consent', '--assign', BOB.upn])
    expect(tenant.pauses.length).toBeGreaterThan(2)
    expect(tenant.pauses.every((milliseconds) => milliseconds <= 10_000)).toBe(true)
    expect(writes.at(-1)?.status).toBeLessThan(300)
    expect((await tenant.run([...ARGUMENTS, '--grant-consent', '--assign', BOB.upn])).writes).toEqual([])
  })
  test('it does not wait for ever', async () => {
    const tenant = startTenant({ graph: { delayReads: 1000 } })
    await expect(tenant.run()).rejects.toThrow(/again in a few minutes/)
    expect(tenant.pauses.reduce((a, b) => a + b, 0)).toBeLessThan(120_000)
  })
  test('throttled: it waits as long as it is told, then goes on', async () => {
    let left = 2
    const tenant = startTenant({ graph: { throttle: () => (left-- > 0 ? 7 : undefined) } })
    await tenant.run()
    expect(tenant.pauses.filter((milliseconds) => milliseconds === 7000)).toHaveLength(2)
  })
  test('throttled without end', async () => {
    const tenant = startTenant({ graph: { throttle: () => 7 } })
    await expect(tenant.run()).rejects.toThrow(/Nothing is lost: run the same command again/)
  })

  const answers: [string, Response, RegExp][] = [
    ['a fault', refuse(500, 'InternalServerError', 'x'), /Microsoft Graph has a fault\. Nothing is lost/],
    [
      'a policy',
      refuse(400, 'Request_BadRequest', 'Not allowed by app management policy'),
      /A policy of the tenant forbids it/,
    ],
    [
      'anything else',
      refuse(400, 'Request_BadRequest', 'Invalid value'),
      /refused to make or change app registrations[\s\S]*Invalid value/,
    ],
  ]
  test.each(answers)('%s', async (_what, answer, said) => {
    const tenant = startTenant()
    const asked = tenant.run(ARGUMENTS, 'good', (input, init) =>
      init.method === 'PATCH' ? Promise.resolve(answer.clone()) : tenant.send(input, init),
    )
    await expect(asked).rejects.toThrow(said)
  })
  const cut = () => new Response(new ReadableStream({ start: (body) => body.error(new Error('socket hang up')) }))
  const odd: [string, () => Response, RegExp][] = [
    [
      'a page of a proxy',
      () => new Response('<html>Sign in\u001b[2K</html>'),
      /does not \(“<html>Sign in \[2K<\/html>”\)/,
    ],
    ['nothing', () => new Response(''), /does not \(“”\)/],
    ['null', () => Response.json(null), /does not \(“null”\)/],
    ['an object that is empty', () => Response.json({}), /an object without an id/],
    ['a body that breaks off', cut, /cannot be reached \(socket hang up\)/],
  ]
  test.each(odd)('%s in place of an answer is said, without a stack', async (_what, answer, said) => {
    const failure: unknown = await startTenant()
      .run(ARGUMENTS, 'good', () => Promise.resolve(answer()))
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ name: 'Stop', message: expect.stringMatching(said) })
  })
  test.each([[{}], [{ value: {} }], [{ value: [{}] }], [{ value: ['x'] }]])('a list that is %j', async (body) => {
    const tenant = startTenant()
    await tenant.run()
    const run = tenant.run(ARGUMENTS, 'good', (input, init) =>
      input.endsWith('/owners') ? Promise.resolve(Response.json(body)) : tenant.send(input, init),
    )
    await expect(run).rejects.toMatchObject({ name: 'Stop', message: expect.stringContaining('does not (') })
  })
  test('null members of a list are passed over', async () => {
    const tenant = startTenant()
    await tenant.run()
    await tenant.run(ARGUMENTS, 'good', async (input, init) => {
      const answer = await tenant.send(input, init)
      if (!input.endsWith('/owners')) return answer
      return Response.json({ value: [null, ...((await answer.json()) as { value: object[] }).value] })
    })
  })
  test('no network', async () => {
    const asked = startTenant().run(ARGUMENTS, 'good', () => Promise.reject(new TypeError('fetch failed')))
    await expect(asked).rejects.toThrow(/https:\/\/graph\.microsoft\.com cannot be reached \(fetch failed\)/)
  })
  test('an enabled scope that Graph changes only once it is disabled', async () => {
    const tenant = startTenant()
    await tenant.run()
    onlyApplication(tenant).api.oauth2PermissionScopes[0]!.adminConsentDescription = 'x'
    const sent: unknown[] = []
    await tenant.run(ARGUMENTS, 'good', (input, init) => {
      if (init.method !== 'PATCH') return tenant.send(input, init)
      sent.push(JSON.parse(init.body as string))
      const message = 'Permission (scope or role) cannot be deleted or updated unless disabled first.'
      return sent.length === 1
        ? Promise.resolve(refuse(400, 'CannotDeleteOrUpdateEnabledEntitlement', message))
        : tenant.send(input, init)
    })
    expect(sent).toHaveLength(3)
    expect(onlyApplication(tenant).api.oauth2PermissionScopes[0]).toMatchObject({
      isEnabled: true,
      adminConsentDescription: expect.stringContaining('rights of the person'),
    })
  })
})

describe('signing in', () => {
  const context = (env: Record<string, string>) => ({
    args: ARGUMENTS,
    env,
    platform: process.platform,
    nodeVersion: process.versions.node,
    say: () => undefined,
    fetch: () => Promise.reject(new TypeError('no network here')),
    now: Date.now,
    sleep: () => Promise.resolve(),
  })
  test('without az', async () => {
    await expect(registerAppStep(context({ PATH: '/nowhere' }))).rejects.toThrow(/az was not found in PATH/)
  })
  test('the command itself, as a process: 0 when done, 1 when something wants a decision', async () => {
    const tenant = startTenant()
    const server = createServer(tenant.graph.handler).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const env = { ...process.env, GRAPH_TOKEN: 'good', GRAPH_URL: `http://127.0.0.1:${port}`, NODE_OPTIONS: '' }
    const entry = new URL('../../../infra/entra/register-app.mjs', import.meta.url).pathname
    const run = (...more: string[]) =>
      new Promise<{ code: number; text: string }>((resolve) => {
        const args = [entry, ...ARGUMENTS, '--tenant', TENANT, ...more]
        execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr }),
        )
      })
    const made = await run()
    expect([made.code, made.text]).toEqual([0, expect.stringContaining(onlyApplication(tenant).appId)])
    onlyApplication(tenant).federatedIdentityCredentials.push({
      ...onlyApplication(tenant).federatedIdentityCredentials[0]!,
      id: BOB.oid,
      name: 'old',
      subject: BOB.oid,
    })
    expect(await run()).toEqual({ code: 1, text: expect.stringContaining('! The federated credential “old”') })
    expect(await run('--assign')).toEqual({ code: 1, text: expect.stringContaining('--assign') })
    server.closeAllConnections()
    server.close()
  }, 60_000)
  const token = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.eA`
  const own = { GRAPH_TOKEN: token({ tid: TENANT }) }
  test.each<[string, Record<string, string>, RegExp]>([
    ['a token that does not say its tenant', { GRAPH_TOKEN: 'x' }, /add --tenant/],
    ['a token of another tenant than the one named', { GRAPH_TOKEN: token({ tid: IDENTITY }) }, /is of tenant 1111/],
    ['a token that was wrapped', { GRAPH_TOKEN: `eyJ${'a'.repeat(40)}\neyJ${'b'.repeat(40)}` }, /cut or wrapped\?$/],
    ['a token in typographic quotes', { GRAPH_TOKEN: '“x”' }, /cut or wrapped/],
    ['an address of Graph by plain http', { ...own, GRAPH_URL: 'http://graph.example' }, /GRAPH_URL must be https/],
    ['an address of Graph with a user', { ...own, GRAPH_URL: 'https://a@graph.example' }, /GRAPH_URL must be/],
    ['an authority with a path', { ...own, AUTHORITY_HOST: 'https://login.example/common' }, /AUTHORITY_HOST must be/],
    ['an authority without https', { ...own, AUTHORITY_HOST: 'login.example' }, /AUTHORITY_HOST must be/],
  ])('with %s', async (_, env, message) => {
    const args = [...ARGUMENTS, ...(message.source.includes('is of tenant') ? ['--tenant', TENANT] : [])]
    const refused = registerAppStep({ ...context(env), args })
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.not.toThrow(/eyJ/)
  })
  test('with an authority that ends in a slash: the issuer that is trusted has none', async () => {
    const env = {
      GRAPH_TOKEN: ` ${own.GRAPH_TOKEN}\n`,
      AUTHORITY_HOST: 'https://login.microsoftonline.us/',
      GRAPH_URL: '',
    }
    const { authorityHost, graphUrl, token: sent } = await signIn(context(env), undefined)
    expect([authorityHost, graphUrl, sent]).toEqual([
      'https://login.microsoftonline.us',
      'https://graph.microsoft.com',
      own.GRAPH_TOKEN,
    ])
  })
})
